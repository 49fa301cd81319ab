"""Programs written in Go, whose official builds seldom tell their release as Go's own tools do."""

from __future__ import annotations

from pratique.catalog._classifier import GoProgram


def _shape(major: bytes) -> bytes:
    """Three numbers, of which the first is one of ``major``: a program's variables hold other versions too."""
    numbers = rb"v?(?P<version>" + major + rb"\.\d+\.\d+(?:-(?:alpha|beta|rc|dev|preview|test)[.\d]*)?)"
    return numbers + rb"(?:[+~-][\w.+~-]*)?"


_WITH_V = rb"v(?P<version>[1-4]\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)(?:[+-][\w.+-]*)?"

CLASSIFIERS = (
    GoProgram("helm", "helm:helm", (r"helm",), r"(?:helm\.sh|k8s\.io)/helm", _WITH_V),
    GoProgram(
        "kubernetes",
        "kubernetes:kubernetes",
        (r"kubectl", r"kubelet", r"kubeadm", r"kube-(?:proxy|apiserver|scheduler|controller-manager)"),
        r"k8s\.io/kubernetes",
        _WITH_V,
    ),
    GoProgram("consul", "hashicorp:consul", (r"consul",), r"github\.com/hashicorp/consul", _shape(rb"[12]")),
    GoProgram("vault", "hashicorp:vault", (r"vault",), r"github\.com/hashicorp/vault", _shape(rb"[12]")),
    GoProgram("terraform", "hashicorp:terraform", (r"terraform",), r"github\.com/hashicorp/terraform", _shape(rb"1")),
    GoProgram(
        "traefik", "traefik:traefik", (r"traefik",), r"github\.com/(?:traefik|containous)/traefik", _shape(rb"[1-3]")
    ),
    GoProgram("caddy", "caddyserver:caddy", (r"caddy",), r"github\.com/(?:caddyserver|mholt)/caddy", _shape(rb"[12]")),
    GoProgram(  # 3.0.0 is the oldest one that it joins
        "etcd",
        "etcd:etcd",
        (r"etcd",),
        r"go\.etcd\.io/etcd(?:/server)?",
        rb"v?(?P<version>3\.(?!0\.0)\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)(?:[+-][\w.+-]*)?",
    ),
    GoProgram(
        "docker",
        "docker:docker",
        (r"dockerd", r"docker-proxy"),
        r"github\.com/(?:docker/docker|moby/moby)",
        _shape(rb"(?:1[7-9]|[2-9]\d)"),
    ),
    GoProgram(
        "docker-cli",
        "docker:command_line_interface",
        (r"docker",),
        r"github\.com/docker/cli",
        _shape(rb"(?:1[7-9]|[2-9]\d)"),
    ),
    GoProgram(
        "containerd",
        "linuxfoundation:containerd",
        (r"containerd(?:-shim[\w-]*)?", r"ctr"),
        r"github\.com/containerd/containerd",
        _shape(rb"[12]"),
    ),
    GoProgram("runc", "linuxfoundation:runc", (r"runc",), r"github\.com/opencontainers/runc", _shape(rb"1")),
    GoProgram(
        "grafana",
        "grafana:grafana",
        (r"grafana", r"grafana-server"),
        r"github\.com/grafana/grafana",
        rb"(?:release-)?(?P<version>(?:[5-9]|1\d)\.\d+\.\d+(?:-[\w.]+)?(?:\+security-\d+)?)",
        generic=True,
    ),
    GoProgram(
        "prometheus",
        "prometheus:prometheus",
        (r"prometheus", r"promtool"),
        r"github\.com/prometheus/prometheus",
        _shape(rb"[23]"),
        generic=True,
    ),
    GoProgram("istio", "istio:istio", (r"pilot-(?:discovery|agent)",), r"istio\.io/istio", _shape(rb"1"), generic=True),
    GoProgram(
        "ingress-nginx",
        "kubernetes:ingress-nginx",
        (r"nginx-ingress-controller",),
        r"k8s\.io/ingress-nginx",
        _shape(rb"[01]"),
    ),
)
