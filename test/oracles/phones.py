"""Writes phones.json: what Google's libphonenumber makes of numbers as people write them in each country.

    python3 test/oracles/phones.py

It needs the Python package phonenumbers, a port of that library. Rolodesk reads numbers with libphonenumber-js, another one.
"""

import json
import pathlib

import phonenumbers
from phonenumbers import PhoneNumberFormat as Form

TYPES = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
EXTENSIONS = (" ext. 12", " x12", " #12", ";ext=12", " extn 12", ", ext 12")


def read(text, country):
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    extension = f"x{number.extension}" if number.extension else ""
    return phonenumbers.format_number(phonenumbers.PhoneNumber(number.country_code, number.national_number,
                                      italian_leading_zero=number.italian_leading_zero,
                                      number_of_leading_zeros=number.number_of_leading_zeros), Form.E164) + extension


def texts(country):
    """Valid numbers as the library prints them for people of that country, and for everybody else."""
    for kind in TYPES:
        example = phonenumbers.example_number_for_type(country, kind)
        if example is not None:
            yield phonenumbers.format_number(example, Form.NATIONAL)
            yield phonenumbers.format_number(example, Form.INTERNATIONAL)


cases = [(text, country) for country in sorted(phonenumbers.SUPPORTED_REGIONS) for text in texts(country)]
cases += [(f"(650) 253-0000{extension}", "US") for extension in EXTENSIONS]
cases += [(f"030 2635 8840{extension}", "DE") for extension in EXTENSIONS]
cases += [("1-800-FLOWERS", "US"), ("00 49 30 26358840", "DE"), ("011 49 30 26358840", "US"), ("0044 20 7031 3000", "DE"),
          ("+49 (0) 30 26358840", "US"), ("tel: 650-253-0000", "US"), ("١٢٣", "EG"), ("６５０２５３００００", "US"), ("12", "US"),
          ("call the office", "US"), ("555-1234", "US"), ("0000000000", "US"), ("02 1234 5678", "IT"), ("06 6982", "IT")]
lines = ",\n".join(json.dumps({"text": text, "country": country, "reads": read(text, country)}, ensure_ascii=False) for text, country in cases)
pathlib.Path(__file__).with_name("phones.json").write_text(
    f'{{"madeWith":"phonenumbers {phonenumbers.__version__}","numbers":[\n{lines}\n]}}\n'
)
