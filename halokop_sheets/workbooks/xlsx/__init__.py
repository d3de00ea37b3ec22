"""The .xlsx kind of workbook: package, sheet part, styles, our tabs, save; parts without a cell of ours are copied."""

from halokop_sheets.workbooks.xlsx.workbook import XlsxWorkbook

__all__ = ["XlsxWorkbook"]
