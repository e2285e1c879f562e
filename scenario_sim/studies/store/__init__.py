"""Store the results of a study in one folder of Parquet and JSON files."""
