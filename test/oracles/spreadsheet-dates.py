"""Writes spreadsheet-dates.json: which number formats show a date, and the date of a cell's number.

    python3 test/oracles/spreadsheet-dates.py

It needs openpyxl, a library for Excel's files.
"""

import json
import pathlib
from datetime import datetime, timedelta

import openpyxl
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

FORMATS = sorted(set(BUILTIN_FORMATS.values())) + [
    "yyyy-mm-dd", "dd.mm.yyyy", "d/m/yy", "mmm-yy", "mmmm d, yyyy", "[$-409]d-mmm-yy", "[$-F800]dddd, mmmm dd, yyyy", "hh:mm AM/PM",
    "[h]:mm:ss", "[mm]:ss", "yyyy\\-mm\\-dd", 'yyyy"年"m"月"d"日"', '"Due: "yyyy-mm-dd', "m/d/yyyy h:mm", "@", "0.0", "#,##0 [$€-407]",
    '#,##0.00 "EUR"', '"day "0', '0" months"', "[Red]0.00", "[Blue]-0", "[>100]0;0.0", "0.00E+00", "_-* #,##0.00_-", "00000", "000\\-00\\-0000",
    "(000) 000\\-0000", '0.0\\d', '[$USD] 0', '0 "h"', "General", "General;[Red]-General", "dddd", "ss.000", "[$-40E]yyyy/mm/dd;@",
]
SERIALS = [0, 0.25, 0.5, 0.999988425925926, 1, 1.5, 31, 59, 61, 366, 25569, 36526, 36526.75, 43831, 45000.123456, 45658, 46082, 46112.5,
           60000, 73050, 2958465, 2958465.5]


def shown(serial, epoch):
    value = from_excel(serial, epoch)
    if isinstance(value, datetime):  # A time alone is a time.
        value += timedelta(milliseconds=500)
    return value.isoformat(timespec="seconds")


formats = [{"format": text, "isDate": bool(is_date_format(text))} for text in dict.fromkeys(FORMATS)]
dates = [{"serial": serial, "from1900": shown(serial, WINDOWS_EPOCH), "from1904": shown(serial, MAC_EPOCH) if serial < 2957004 else None}
         for serial in SERIALS]
join = ",\n".join
pathlib.Path(__file__).with_name("spreadsheet-dates.json").write_text(
    f'{{"madeWith":"openpyxl {openpyxl.__version__}","formats":[\n{join(map(json.dumps, formats))}\n],'
    f'"dates":[\n{join(map(json.dumps, dates))}\n]}}\n'
)
