"""What people type, understood: dates, counts, words from lists, names, phone numbers."""
