"""``batchUpdate``: the requests that the daemon sends, each strict where Google is; any other is refused loudly."""

import re
from collections.abc import Callable
from typing import Any

from tests.google_server.discovery import BadRequestError, Mask, check, check_mask, parse_mask
from tests.google_server.render import matching
from tests.google_server.state import EMPTY, Json, Sheet, Spreadsheet, quantised

Handler = Callable[[Spreadsheet, Json], Json]
_COMMA_LOCALES = {"in_ID", "id_ID", "de_DE", "fr_FR", "nl_NL"}
_OUTSIDE_QUOTES = re.compile(r'"[^"]*"')


def apply(book: Spreadsheet, requests: list[Json]) -> list[Json]:
    """Applies all requests to ``book`` (a copy: the caller throws it away when one is refused)."""
    replies = []
    for number, request in enumerate(requests):
        [(kind, body)] = request.items()
        handler = HANDLERS.get(kind)
        if handler is None:
            raise BadRequestError(f"Invalid requests[{number}].{kind}: this server knows no such request")
        try:
            _unprotected(book, kind, body)
            replies.append(handler(book, body))
        except BadRequestError as error:
            raise BadRequestError(f"Invalid requests[{number}].{kind}: {error.message}") from None
    return replies


def _unprotected(book: Spreadsheet, kind: str, body: Json) -> None:
    """Refuses what changes a protected sheet or range (observed wording). One that only warns refuses nothing."""
    if "Metadata" in kind or "Protected" in kind:
        return
    where = body.get("start") or body.get("range") or body.get("properties") or body
    row = where.get("rowIndex", where.get("startRowIndex"))
    for sheet in book.sheets:
        for rule in sheet.protected if sheet.id == where.get("sheetId") else ():
            first, end = rule["range"].get("startRowIndex", 0), rule["range"].get("endRowIndex", sheet.row_count)
            if not rule.get("warningOnly") and (row is None or first <= row < end):
                raise BadRequestError(
                    "You are trying to edit a protected cell or object. "
                    "Please contact the spreadsheet owner to remove protection if you need to edit."
                )


def _fields(body: Json, schema: str) -> Mask:
    if not body.get("fields"):
        raise BadRequestError("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse_mask(body["fields"])
    check_mask(schema, mask)
    return mask


def _merged(old: Any, new: Any, mask: Mask) -> Any:
    """``old`` with the fields of ``mask`` as they are in ``new``; absent there means cleared."""
    if not mask or "*" in mask:
        return new
    made = dict(old or {})
    for key, inner in mask.items():
        value = (new or {}).get(key)
        if inner and (value is not None or key in made):
            value = _merged(made.get(key), value, inner) or None
        if value is None:
            made.pop(key, None)
        else:
            made[key] = value
    return made


def _cell(book: Spreadsheet, old: Json, new: Json, mask: Mask) -> Json:
    cell = _merged(old, new, mask)
    if "userEnteredValue" in mask or "*" in mask:
        value = cell.get("userEnteredValue")
        if value and "formulaValue" in value:
            raise BadRequestError("the daemon must never write a formula into a cell")
        if value and len(str(value.get("stringValue", ""))) > 50_000:
            raise BadRequestError("Your input contains more than the maximum of 50000 characters in a single cell.")
        if "textFormatRuns" not in mask:
            cell.pop("textFormatRuns", None)
        cell.pop("effectiveValue", None)
        if value:
            cell["effectiveValue"] = dict(value)
    if "dataValidation" in cell:
        _condition(book, cell["dataValidation"]["condition"])
    if "userEnteredFormat" in cell:
        cell["userEnteredFormat"] = quantised(cell["userEnteredFormat"])
    return {key: value for key, value in cell.items() if value not in (None, {}, [])} or EMPTY


def _condition(book: Spreadsheet, condition: Json) -> None:
    values = [value.get("userEnteredValue", "") for value in condition.get("values", ())]
    if condition["type"] == "ONE_OF_RANGE" and not values[0].startswith("="):
        raise BadRequestError("Invalid ConditionValue.userEnteredValue: a range must begin with =")
    if condition["type"] == "CUSTOM_FORMULA":
        formula = values[0]
        if not formula.startswith("=") or formula.count("(") != formula.count(")") or formula.count('"') % 2:
            raise BadRequestError(f"Invalid ConditionValue.userEnteredValue: {formula}")
        if "," in _OUTSIDE_QUOTES.sub("", formula) and book.locale in _COMMA_LOCALES:
            raise BadRequestError(f"Invalid ConditionValue.userEnteredValue: {formula}")


def _create_metadata(book: Spreadsheet, body: Json) -> Json:
    entry = dict(body["developerMetadata"])
    if not entry.get("metadataKey") or not entry.get("visibility"):
        raise BadRequestError("Developer metadata must always have a key and a visibility specified.")
    id_ = entry.setdefault("metadataId", book.fresh_id())
    if id_ <= 0:
        raise BadRequestError("Developer metadata ID must be positive.")
    if any(other["metadataId"] == id_ for other, _ in book.all_metadata()):
        raise BadRequestError(
            f"Cannot add developer metadata with ID [{id_}] because developer metadata with that ID already exists."
        )
    where = entry.get("location", {})
    if where.get("spreadsheet"):
        entry["location"] = {"locationType": "SPREADSHEET", "spreadsheet": True}
        book.metadata.append(entry)
    elif "sheetId" in where:
        entry["location"] = {"locationType": "SHEET", "sheetId": where["sheetId"]}
        book.by_id(where["sheetId"]).metadata.append(entry)
    else:
        raise BadRequestError("Developer metadata must have a location.")
    if sum(len(str(e.get("metadataValue", ""))) + len(e["metadataKey"]) for e, _ in book.all_metadata()) > 30_000:
        raise BadRequestError("too much developer metadata")
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def _delete_metadata(book: Spreadsheet, body: Json) -> Json:
    gone = [entry["metadataId"] for entry, _ in matching(book, body["dataFilter"]["developerMetadataLookup"])]
    book.metadata = [e for e in book.metadata if e["metadataId"] not in gone]
    for sheet in book.sheets:
        sheet.metadata = [e for e in sheet.metadata if e["metadataId"] not in gone]
    return {}


def _update_cells(book: Spreadsheet, body: Json) -> Json:
    mask = _fields(body, "CellData")
    if "range" in body:
        raise BadRequestError("updateCells with a range clears what its rows do not cover: this server refuses it")
    start = body["start"]
    sheet, top, left = book.by_id(start["sheetId"]), start.get("rowIndex", 0), start.get("columnIndex", 0)
    for number, line in enumerate(body.get("rows", ()), start=top):
        for at, new in enumerate(line.get("values", ()), start=left):
            if number >= sheet.row_count or at >= sheet.column_count:
                raise BadRequestError(f"Attempting to write row: {number}, column: {at}, beyond the grid limits")
            sheet.set_cell(number, at, _cell(book, sheet.cell(number, at), new, mask))
    return {}


def _append_cells(book: Spreadsheet, body: Json) -> Json:
    mask = _fields(body, "CellData")
    sheet = book.by_id(body["sheetId"])
    first = sheet.last_row()
    for number, line in enumerate(body["rows"], start=first):
        values = line.get("values", ())
        if len(values) > sheet.column_count:
            raise BadRequestError(f"Attempting to write column: {len(values) - 1}, beyond the grid limits")
        sheet.row_count = max(sheet.row_count, number + 1)
        for at, new in enumerate(values):
            sheet.set_cell(number, at, _cell(book, sheet.cell(number, at), new, mask))
    return {}


def _repeat_cell(book: Spreadsheet, body: Json) -> Json:
    mask = _fields(body, "CellData")
    sheet, top, bottom, left, right = book.resolve(body["range"])
    for row in range(top, bottom):
        for column in range(left, right):
            sheet.set_cell(row, column, _cell(book, sheet.cell(row, column), body["cell"], mask))
    return {}


def _set_validation(book: Spreadsheet, body: Json) -> Json:
    _condition(book, body["rule"]["condition"])
    sheet, top, bottom, left, right = book.resolve(body["range"])
    for row in range(top, bottom):
        for column in range(left, right):
            sheet.set_cell(row, column, {**sheet.cell(row, column), "dataValidation": body["rule"]})
    return {}


def _dimension(book: Spreadsheet, range_: Json) -> tuple[Sheet, str, int, int]:
    sheet = book.by_id(range_["sheetId"])
    limit = sheet.row_count if range_["dimension"] == "ROWS" else sheet.column_count
    start, end = range_.get("startIndex", 0), range_["endIndex"]
    if not 0 <= start < end:
        raise BadRequestError(f"Invalid dimension range: {range_}")
    return sheet, range_["dimension"], start, end if end <= limit else -limit


def _insert_dimension(book: Spreadsheet, body: Json) -> Json:
    sheet, dimension, start, end = _dimension(book, body["range"])
    end = body["range"]["endIndex"]
    if start > (sheet.row_count if dimension == "ROWS" else sheet.column_count):
        raise BadRequestError("range.startIndex is beyond the grid limits")
    if body.get("inheritFromBefore") and start == 0:
        raise BadRequestError("inheritFromBefore cannot be true when inserting at 0")
    sheet.insert(dimension, start, end - start)
    return {}


def _append_dimension(book: Spreadsheet, body: Json) -> Json:
    sheet = book.by_id(body["sheetId"])
    if body["length"] <= 0:
        raise BadRequestError("length must be positive")
    if body["dimension"] == "ROWS":
        sheet.row_count += body["length"]
    else:
        sheet.column_count += body["length"]
    return {}


def _dimension_properties(book: Spreadsheet, body: Json) -> Json:
    mask = _fields(body, "DimensionProperties")
    sheet, dimension, start, end = _dimension(book, body["range"])
    if end < 0:
        raise BadRequestError("the range exceeds grid limits")
    meta = sheet.row_meta if dimension == "ROWS" else sheet.column_meta
    for at in range(start, end):
        meta[at] = _merged(meta.get(at), body["properties"], mask)
    return {}


def _set_properties(book: Spreadsheet, sheet: Sheet, properties: Json, mask: Mask) -> None:
    if "title" in mask:
        title = properties.get("title", "")
        if any(s is not sheet and s.title.casefold() == title.casefold() for s in book.sheets):
            raise BadRequestError(f'A sheet with the name "{title}" already exists. Please enter another name.')
        if not title or len(title) > 100:
            raise BadRequestError("Invalid title")
        sheet.title = title
    if "hidden" in mask:
        sheet.hidden = properties.get("hidden", False)
        if all(s.hidden for s in book.sheets):
            raise BadRequestError("You can't remove all the visible sheets in a document.")
    if "tabColorStyle" in mask:
        sheet.tint = quantised({"tabColorStyle": properties["tabColorStyle"]})["tabColorStyle"]
    if "gridProperties" in mask:
        grid = properties.get("gridProperties", {})
        inner = mask["gridProperties"] or {key: {} for key in grid}
        for name in inner:
            if name == "rowCount":
                sheet.row_count = grid[name]
                del sheet.rows[grid[name] :]
            elif name == "columnCount":
                sheet.column_count = grid[name]
                sheet.rows = [row[: grid[name]] for row in sheet.rows]
            else:
                sheet.grid[name] = grid.get(name)
    if (sheet.grid.get("frozenRowCount") or 0) >= sheet.row_count:
        raise BadRequestError("You can't freeze all visible rows on the sheet.")
    if (sheet.grid.get("frozenColumnCount") or 0) >= sheet.column_count:
        raise BadRequestError("You can't freeze all visible columns on the sheet.")


def _add_sheet(book: Spreadsheet, body: Json) -> Json:
    properties = body["properties"]
    id_ = properties.get("sheetId", book.fresh_id())
    if any(sheet.id == id_ for sheet in book.sheets):
        raise BadRequestError(f"A sheet with id {id_} already exists.")
    if id_ < 0:
        raise BadRequestError("Sheet id must be non-negative.")
    sheet = Sheet(id_, "")
    _set_properties(book, sheet, properties, {name: {} for name in properties})
    book.sheets.insert(properties.get("index", len(book.sheets)), sheet)
    return {"addSheet": {"properties": {**properties, "sheetId": id_}}}


def _sheet_properties(book: Spreadsheet, body: Json) -> Json:
    mask = _fields(body, "SheetProperties")
    properties = body["properties"]
    sheet = book.by_id(properties["sheetId"])
    _set_properties(book, sheet, properties, mask)
    if "index" in mask:
        book.sheets.remove(sheet)
        book.sheets.insert(properties["index"], sheet)
    return {}


def _book_properties(book: Spreadsheet, body: Json) -> Json:
    mask = _fields(body, "SpreadsheetProperties")
    properties = body["properties"]
    if "locale" in mask:
        book.locale = properties["locale"]
    if "timeZone" in mask:
        book.timezone = properties["timeZone"]
    if "autoRecalc" in mask:
        book.recalculation = properties["autoRecalc"]
    return {}


def _protect(book: Spreadsheet, body: Json) -> Json:
    rule = dict(body["protectedRange"])
    if rule.get("warningOnly") and "editors" in rule:
        raise BadRequestError("Editors are not supported with warning_only protection.")
    sheet, *_ = book.resolve(rule["range"])
    rule["protectedRangeId"] = book.fresh_id()
    sheet.protected.append(rule)
    return {}


def _unprotect(book: Spreadsheet, body: Json) -> Json:
    for sheet in book.sheets:
        kept = [p for p in sheet.protected if p["protectedRangeId"] != body["protectedRangeId"]]
        if len(kept) < len(sheet.protected):
            sheet.protected = kept
            return {}
    raise BadRequestError(f"No protected range with id: {body['protectedRangeId']}")


def _add_rule(book: Spreadsheet, body: Json) -> Json:
    rule = quantised(body["rule"])
    _condition(book, rule["booleanRule"]["condition"])
    text = rule["booleanRule"]["format"].get("textFormat", {})
    if set(rule["booleanRule"]["format"]) - {"textFormat", "backgroundColor", "backgroundColorStyle"} or (
        set(text) - {"bold", "italic", "strikethrough", "foregroundColor", "foregroundColorStyle"}
    ):
        raise BadRequestError("Conditional formatting can only apply a subset of formatting.")
    bounded, owner = [], None
    for range_ in rule["ranges"]:
        owner, top, bottom, left, right = book.resolve(range_)
        bounded.append(
            {
                "sheetId": owner.id,
                "startRowIndex": top,
                "endRowIndex": bottom,
                "startColumnIndex": left,
                "endColumnIndex": right,
            }
        )
    if owner is None or body.get("index", 0) > len(owner.rules):
        raise BadRequestError("Invalid index of a conditional format")
    owner.rules.insert(body.get("index", 0), {**rule, "ranges": bounded})
    return {}


def _delete_rule(book: Spreadsheet, body: Json) -> Json:
    sheet = book.by_id(body["sheetId"])
    if body.get("index", 0) >= len(sheet.rules):
        raise BadRequestError(f"No conditional format on sheet {sheet.id} at index {body.get('index', 0)}")
    del sheet.rules[body.get("index", 0)]
    return {}


def _merge(book: Spreadsheet, body: Json) -> Json:
    sheet, top, bottom, left, right = book.resolve(body["range"])
    for other in sheet.merges:
        if (
            top < other["endRowIndex"]
            and other["startRowIndex"] < bottom
            and left < other["endColumnIndex"]
            and other["startColumnIndex"] < right
        ):
            raise BadRequestError("You can't merge cells that are merged already.")
    sheet.merges.append(dict(body["range"]))
    return {}


def _unmerge(book: Spreadsheet, body: Json) -> Json:
    sheet, top, bottom, left, right = book.resolve(body["range"])
    sheet.merges = [
        m
        for m in sheet.merges
        if m["endRowIndex"] <= top
        or m["startRowIndex"] >= bottom
        or m["endColumnIndex"] <= left
        or m["startColumnIndex"] >= right
    ]
    return {}


def _add_chart(book: Spreadsheet, body: Json) -> Json:
    chart = dict(body["chart"])
    check("EmbeddedChart", chart)
    basic = chart["spec"]["basicChart"]
    sources = [d["domain"] for d in basic["domains"]] + [s["series"] for s in basic["series"]]
    for source in sources:
        for range_ in source["sourceRange"]["sources"]:
            _, top, bottom, left, right = book.resolve(range_)
            if bottom - top != 1 and right - left != 1:
                raise BadRequestError("a source of a chart must have one dimension of length 1")
    if len(basic["domains"]) != 1 or not basic["series"]:
        raise BadRequestError("a basic chart needs one domain and a series")
    anchor = chart["position"]["overlayPosition"]["anchorCell"]
    chart["chartId"] = book.fresh_id()
    book.by_id(anchor["sheetId"]).charts.append(chart)
    return {"addChart": {"chart": chart}}


HANDLERS: dict[str, Handler] = {
    "createDeveloperMetadata": _create_metadata,
    "deleteDeveloperMetadata": _delete_metadata,
    "updateCells": _update_cells,
    "appendCells": _append_cells,
    "repeatCell": _repeat_cell,
    "setDataValidation": _set_validation,
    "insertDimension": _insert_dimension,
    "appendDimension": _append_dimension,
    "updateDimensionProperties": _dimension_properties,
    "addSheet": _add_sheet,
    "updateSheetProperties": _sheet_properties,
    "updateSpreadsheetProperties": _book_properties,
    "addProtectedRange": _protect,
    "deleteProtectedRange": _unprotect,
    "addConditionalFormatRule": _add_rule,
    "deleteConditionalFormatRule": _delete_rule,
    "mergeCells": _merge,
    "unmergeCells": _unmerge,
    "addChart": _add_chart,
}
