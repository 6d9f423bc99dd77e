"""The demo: a bundled small news day on loopback, sped up."""
