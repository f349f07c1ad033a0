"""The 77 provinces; counts by region from the National Geographical Committee."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import PROVINCES, Code, Province, Region, ThaiFormatError, find_province


def test_there_are_77_in_six_regions() -> None:
    assert len(PROVINCES) == len({p.code for p in PROVINCES}) == 77
    assert len({p.th for p in PROVINCES}) == len({p.en for p in PROVINCES}) == 77
    assert Counter(p.region for p in PROVINCES) == {
        Region.NORTH: 9,
        Region.NORTHEAST: 20,
        Region.CENTRAL: 22,
        Region.EAST: 7,
        Region.WEST: 5,
        Region.SOUTH: 14,
    }


def test_no_name_means_two_provinces() -> None:
    names = Counter(name.casefold() for p in PROVINCES for name in (p.th, p.en, *p.aliases))
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("กรุงเทพมหานคร", "TH-10"),
        ("กทม.", "TH-10"),
        ("กทม", "TH-10"),
        ("กรุงเทพฯ", "TH-10"),
        ("Bangkok", "TH-10"),
        ("จ.นครราชสีมา", "TH-30"),
        ("จ. นครราชสีมา", "TH-30"),
        ("จังหวัดนครราชสีมา", "TH-30"),
        ("โคราช", "TH-30"),
        ("จ.โคราช", "TH-30"),
        ("korat", "TH-30"),
        ("TH-30", "TH-30"),
        ("th-30", "TH-30"),
        ("30", "TH-30"),
        ("๓๐", "TH-30"),
        ("อยุธยา", "TH-14"),
        ("Ayutthaya", "TH-14"),
        ("จันทบุรี", "TH-22"),
        ("จ.จันทบุรี", "TH-22"),
        ("แปดริ้ว", "TH-24"),
        ("เลย", "TH-42"),
        ("จังหวัดตาก", "TH-63"),
        ("น่าน", "TH-55"),
        ("chonburi", "TH-20"),
        ("Chon Buri Province", "TH-20"),
        ("Phang Nga", "TH-82"),
        ("ศรีสะเกษ", "TH-33"),
        ("หนองบัวลำภู", "TH-39"),
        ("หนองบัวลํ\u0e32ภู", "TH-39"),
        ("บึงกาฬ", "TH-38"),
        ("เพชรบุรี", "TH-76"),
        ("เพชรบูรณ์", "TH-67"),
        ("เมืองคอน", "TH-80"),
        ("สุราษฎร์ฯ", "TH-84"),
    ],
)
def test_a_province_is_found(text: str, code: str) -> None:
    assert find_province(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY),
        ("พัทยา", Code.PROVINCE_UNKNOWN),
        ("จังหวัด", Code.PROVINCE_UNKNOWN),
        ("97", Code.PROVINCE_UNKNOWN),
    ],
)
def test_an_unknown_one_is_refused(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        find_province(text)
    assert caught.value.code is code


@given(st.sampled_from(PROVINCES), st.sampled_from(["", "จ.", "จ. ", "จังหวัด", " จังหวัด "]))
def test_every_name_leads_home(province: Province, lead: str) -> None:
    for name in (province.th, *province.aliases):
        assert find_province(lead + name) == province
    assert find_province(province.en.upper().replace(" ", "")) == province
