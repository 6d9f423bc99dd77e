"""The ground: vocabulary and rules, pure. Nothing here does I/O or reads a clock."""
