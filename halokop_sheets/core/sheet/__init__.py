"""The workbook as data: tabs, columns, cells, pages, and the changes that a plan makes to them."""
