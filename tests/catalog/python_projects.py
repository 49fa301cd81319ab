"""What the fixtures of the Python tools lock: one project, locked by each of them against an index of its own."""

RUNTIME = {
    "click": ("8.1.7", ""),
    "markdown-it-py": ("4.3.0", ""),
    "mdurl": ("0.1.2", ""),
    "pygments": ("2.21.0", ""),
    "rich": ("13.9.4", ""),
}
RICH = "sha256:6049d5e6ec054bf2779ab3358186963bac2ea89175919d699e378b99738c2a90"
