"""Reading and writing the tables; rows become core values before they leave."""
