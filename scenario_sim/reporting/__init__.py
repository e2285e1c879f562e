"""Turn results into charts, sentences, tables and pages."""
