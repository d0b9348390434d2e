"""In: a TOML file, the environment, flags. Out: one frozen configuration."""
