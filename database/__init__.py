"""The engine, the tables and the migrations."""
