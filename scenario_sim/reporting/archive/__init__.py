"""A study as an archive (RO-Crate): everything with which another person makes the same bytes."""
