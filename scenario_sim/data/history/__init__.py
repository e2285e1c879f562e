"""Acts from 1984, exercises and contacts to 2023, as recorded, with their sources."""
