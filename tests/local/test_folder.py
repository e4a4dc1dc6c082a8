"""The folder of a local run: its lock and its keys."""

import stat

import pytest
from cryptography.fernet import Fernet

from project.local.errors import Refused
from project.local.folder import kept_keys, locked


def test_what_the_first_start_encrypts_the_second_one_reads(tmp_path):
    first = kept_keys(tmp_path / "keys")
    secret = Fernet(first["FIELD_ENCRYPTION_KEYS"]).encrypt(b"pk_sandbox")

    second = kept_keys(tmp_path / "keys")

    assert second == first
    assert Fernet(second["FIELD_ENCRYPTION_KEYS"]).decrypt(secret) == b"pk_sandbox"


def test_only_the_owner_reads_the_keys(tmp_path):
    kept_keys(tmp_path / "keys")

    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["keys"]


def test_a_key_that_is_new_is_added_and_the_others_stay(tmp_path):
    (tmp_path / "keys").write_text("SECRET_KEY=from=before\n")

    keys = kept_keys(tmp_path / "keys")

    assert keys["SECRET_KEY"] == "from=before"
    assert kept_keys(tmp_path / "keys") == keys


def test_a_second_run_in_the_same_folder_is_told_so(tmp_path):
    with (
        locked(tmp_path / "test", "`make test`"),
        pytest.raises(Refused, match=r"^`make test` is already running .* \(process \d+\)"),
        locked(tmp_path / "test", "`make test`"),
    ):
        pass

    with locked(tmp_path / "test", "`make test`"):
        pass  # the lock went with the first run
