"""What of a `FileStorage` outlives a crash, how much it reads, and what it leaves open.

The calls of the system are made; a test only listens to them.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

import amplify_auth as auth
from amplify_auth.errors import AuthConfigurationError
from amplify_auth.storage import FileStorage

ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="this system syncs no directory")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.json"


@pytest.fixture
def synced(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """For each ``fsync``: what became durable by it, and what the file held for whoever opened it at that moment.

    Of a file its text; of the directory its entries.
    """
    seen: list[tuple[str, str | None]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            durable = " ".join(sorted(os.listdir(descriptor)))
        else:
            durable = Path(f"/proc/self/fd/{descriptor}").resolve().read_text()
        seen.append((durable, path.read_text() if path.exists() else None))

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


class TestACrashAtAnyMoment:
    @ON_POSIX
    @pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="the system does not say what is open")
    def test_the_new_text_is_durable_before_it_has_the_name_and_the_name_after(
        self, path: Path, synced: list[tuple[str, str | None]]
    ) -> None:
        storage = FileStorage(path)
        storage.save("former")
        synced.clear()
        storage.save("newer")

        assert synced == [("newer", "former"), ("session.json", "newer")]

    @ON_POSIX
    @pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="the system does not say what is open")
    def test_that_the_file_is_gone_is_durable(self, path: Path, synced: list[tuple[str, str | None]]) -> None:
        storage = FileStorage(path)
        storage.save("former")
        synced.clear()
        storage.clear()

        assert synced == [("", None)]

    def test_what_prevented_a_save_is_told_though_its_rubbish_is_gone_already(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody cleans up beside us: that there is nothing to remove is not the trouble."""

        def full(descriptor: int) -> NoReturn:
            for entry in path.parent.iterdir():
                entry.unlink()
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(AuthConfigurationError, match="No space left"):
            FileStorage(path).save("newer")


class TestWhatIsRead:
    def test_of_a_file_that_no_session_could_be_only_the_beginning(self, path: Path) -> None:
        """A log, or a device without an end, under the session's name does not fill the memory."""
        path.touch(mode=0o600)
        os.truncate(path, 1 << 23)
        text = FileStorage(path).load()

        assert text is not None
        assert len(text) == (1 << 20) + 1

    def test_a_record_that_is_too_large_is_a_fresh_start(self, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        """Also where it would be a whole session otherwise."""
        config = {"user_pool_id": "eu-west-1_x", "user_pool_client_id": "client"}
        device = (
            '{"username": "%s", "login_ids": [], "key": "k", "group_key": "g", "password": "p", "is_remembered": true}'
        )
        record = (
            '{"version": 1, "user_pool_id": "eu-west-1_x", "user_pool_client_id": "client", "signed_in": null,'
            ' "pending_sign_in": null, "auto_sign_ins": [], "devices": [%s], "sign_in_id": "1"}'
        )
        for length, devices in ((1 << 19, 1), (1 << 20, 0)):
            FileStorage(path).save(record % (device % ("a" * length)))

            assert len(auth.Session(**config, storage=FileStorage(path)).devices) == devices

        assert "damaged" in caplog.text


class TestWhatIsLeft:
    def test_missing_directories_are_all_made_and_the_last_is_its_owners(self, tmp_path: Path) -> None:
        storage = FileStorage(tmp_path / "one" / "two" / "session.json")
        storage.save("text")

        assert storage.load() == "text"
        if os.name == "posix":
            assert stat.S_IMODE((tmp_path / "one" / "two").stat().st_mode) == 0o700

    @pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="the system does not say what is open")
    @pytest.mark.parametrize("use", [FileStorage.load, lambda it: it.save("newer"), FileStorage.clear])
    def test_no_file_stays_open(self, path: Path, use: Callable[[FileStorage], object]) -> None:
        storage = FileStorage(path)
        storage.save("text")
        before = len(os.listdir("/dev/fd"))
        for _ in range(5):
            use(storage)

        assert len(os.listdir("/dev/fd")) == before
