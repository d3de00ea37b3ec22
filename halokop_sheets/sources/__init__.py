"""Where readings come from besides people: exported files in a folder, and Instagram's API."""
