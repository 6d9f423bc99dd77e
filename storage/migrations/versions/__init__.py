"""One module per step of the schema; each says why it was taken. Landed steps never change."""
