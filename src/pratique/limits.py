"""Every bound on hostile input, in one frozen object that is passed as an argument. Sizes are bytes."""

from __future__ import annotations

import msgspec

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Past a bound: a ``Problem``, and the rest goes on. A scan under other limits has other cache keys."""

    # a registry's and an archive's documents
    manifest: int = 4 * MIB
    config: int = 8 * MIB
    index_manifests: int = 1000
    index_depth: int = 4
    layers: int = 1000
    json_depth: int = 64
    archive_members: int = 100_000
    # a layer
    layer_compressed: int = 64 * GIB
    layer_size: int = 256 * GIB
    ratio: int = 1200  # deflate cannot pass 1032; zstd can
    ratio_floor: int = 64 * MIB  # below this many bytes out, the ratio is not asked
    entries: int = 5_000_000
    path: int = 4096
    pax_header: int = MIB
    hard_link_depth: int = 16
    hard_links: int = 500_000  # in a layer
    folders: int = 1_000_000  # in a layer, with the symbolic links
    symlink_hops: int = 40  # Linux's own bound, path_resolution(7)
    symlink_steps: int = 1_000_000  # parts of paths that are followed in a layer
    sparse_extents: int = 65_536
    # a file that a cataloguer reads
    file: int = 2 * GIB
    in_memory: int = 32 * MIB  # above, an unlinked temporary file
    text: int = 64 * MIB  # a file that is parsed as text
    facts_per_file: int = 200_000
    facts_per_layer: int = 300_000
    # package databases, and lists of modules in programs
    os_release: int = 64 * KIB
    file_list: int = 16 * MIB  # a text that lists files or packages, a line each
    stanza: int = 8 * MIB  # one package in dpkg's or apk's database
    damages: int = 1000  # parts of a database that cannot be read; after so many, the rest is left
    relations: int = 10_000  # packages that one says it needs
    owned_path: int = 64 * MIB  # all paths of a database's packages
    owned_paths: int = 1_000_000  # of one package
    yaml: int = 4 * MIB  # a lock file or manifest
    module_list: int = 8 * MIB  # Go's or Rust's, uncompressed
    go_names: int = 64 * MIB  # the names of a Go program's functions
    # nested archives
    nesting: int = 6
    nested_entries: int = 200_000
    nested_size: int = 2 * GIB
    # the cache and the network
    cache: int = 2 * GIB
    redirects: int = 5
    retries: int = 4
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    backoff_seconds: float = 60.0
    # the feeds of vulnerabilities
    feed_archive: int = 8 * GIB
    feed_records: int = 2_000_000
    feed_record: int = 16 * MIB  # one record, uncompressed
    feed_file: int = 512 * MIB  # a feed that is one file, uncompressed
    feed_text: int = 512  # an identifier, a name, a version
    feed_bounds: int = 200_000  # ranges and listed versions of one record
    # vendors' CSAF documents
    csaf_archive: int = 512 * GIB  # an archive of them, uncompressed: Red Hat's repeats itself a hundred times
    csaf_document: int = 256 * MIB  # one, uncompressed: a kernel's names a product for each package of each release
    csaf_products: int = 4_000_000  # products, relationships and statuses of one
    csaf_depth: int = 8  # relationships of relationships
    csaf_statements: int = 1_000_000  # what is left of one when all architectures stand together
    vex: int = 64 * MIB  # one document of the team's or a supplier's
    sbom: int = 512 * MIB  # one document that a target names
    known_bases: int = 64 * MIB  # a file of base images; one takes a kilobyte or two
    # the policy
    expression: int = 4 * KIB
    expression_depth: int = 32
    pattern_states: int = 1000
    pattern_steps: int = 50_000_000  # of all patterns together on one image: some seconds
    pattern_steps_each: int = 20_000  # and so many more a finding
    policy: int = MIB
    policies: int = 8  # that extend one another, one behind the other
    # a report's template
    template: int = MIB  # one file
    template_output: int = 64 * MIB  # characters
    template_memory: int = 2 * GIB  # of the process that renders it
    template_seconds: float = 30.0  # of processor time
    baseline: int = 8 * MIB


DEFAULT = Limits()
