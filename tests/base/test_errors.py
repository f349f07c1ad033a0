"""Errors for people: stable code, both languages, an HTTP status, the field at fault."""

from __future__ import annotations

import pickle

import pytest

from phithak.base import errors
from phithak.base.text import using_language


@pytest.mark.parametrize(("kind", "status"), [
    (errors.InvalidInputError, 422), (errors.NotFoundError, 404), (errors.ForbiddenError, 403),
    (errors.ConflictError, 409), (errors.LockedError, 503), (errors.BusyError, 503),
])  # fmt: skip
def test_statuses(kind: type[errors.PhithakError], status: int) -> None:
    assert kind.status == status
    assert issubclass(kind, errors.PhithakError)


def test_slots_and_field_reach_the_sentence() -> None:
    error = errors.InvalidInputError(field="phone", reason_th="สั้นไป", reason_en="too short")
    assert error.field == "phone"
    assert error.message.th == "ข้อมูลไม่ถูกต้อง: สั้นไป"
    assert error.message.en == "The input is not valid: too short"
    with using_language("en"):
        assert str(error) == "input.invalid: The input is not valid: too short"


def test_an_error_without_slots_has_a_sentence() -> None:
    assert errors.BusyError().message.th.startswith("ระบบกำลังทำงานหนัก")


def test_an_error_comes_whole_out_of_another_process() -> None:
    error = errors.InvalidInputError(field="span", reason_th="ผิด", reason_en="wrong")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, made a line above
    assert (type(again), str(again), again.field, again.status) == (
        errors.InvalidInputError,
        str(error),
        "span",
        422,
    )
