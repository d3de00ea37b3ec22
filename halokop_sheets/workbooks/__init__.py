"""Kinds of workbook behind one port: memory, .xlsx, Google Sheets."""
