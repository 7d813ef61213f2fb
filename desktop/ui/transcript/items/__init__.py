"""What the transcript is made of: one item paints one block, header, card or footer."""
