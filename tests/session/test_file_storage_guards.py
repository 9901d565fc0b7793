"""What of a `FileStorage` outlives a crash, how much it reads, and what it leaves open.

The calls of the system are made; a test only listens to them.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import filelock
import pytest

from amplify_auth.errors import AuthConfigurationError
from amplify_auth.storage import FileStorage, KeyringStorage

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

    def test_a_text_that_would_not_be_read_whole_is_not_saved(self, path: Path) -> None:
        """Else the next start would take it for damaged, and the user for signed out."""
        storage = FileStorage(path)
        largest = "x" * (1 << 20)
        storage.save(largest)
        for text in (largest + "x", "é" * (1 << 19) + "x", "\ud800"):
            with pytest.raises(AuthConfigurationError) as caught:
                storage.save(text)

            assert caught.value.recovery_suggestion
            assert text not in f"{caught.value!r}{caught.value.__context__!r}"
        assert storage.load() == largest
        assert os.listdir(path.parent) == ["session.json"]


class TestArguments:
    @pytest.mark.parametrize(
        "wrong", [None, 5, "", "folder/", "a\0b", b"", object()], ids=lambda wrong: repr(wrong).split(" at ")[0]
    )
    def test_a_path_that_is_none_of_a_file_is_refused(self, wrong: Any) -> None:
        with pytest.raises(AuthConfigurationError, match="path") as caught:
            FileStorage(wrong)

        assert caught.value.recovery_suggestion

    def test_a_home_that_nobody_has_is_refused(self) -> None:
        with pytest.raises(AuthConfigurationError, match="home directory"):
            FileStorage("~nobody-has-this-name/session.json")

    @pytest.mark.skipif(os.name != "posix", reason="this system keeps the directory in which a program is")
    def test_a_relative_path_needs_a_directory_to_start_from(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        with pytest.raises(AuthConfigurationError, match="working directory"):
            FileStorage("session.json")

    def test_bytes_and_paths_are_paths(self, path: Path) -> None:
        for given in (path, os.fsencode(path), str(path)):
            assert repr(FileStorage(given)) == f"FileStorage({str(path)!r})"  # type: ignore[arg-type]

    @pytest.mark.parametrize("wrong", [None, -1, float("nan"), float("inf"), "5", True])
    def test_a_time_that_cannot_be_waited_is_refused(self, path: Path, wrong: Any) -> None:
        with pytest.raises(AuthConfigurationError, match="lock_timeout"):
            FileStorage(path, lock_timeout=wrong)
        with pytest.raises(AuthConfigurationError, match="lock_timeout"):
            KeyringStorage("script", lock_timeout=wrong)


class TestTheCheck:
    """A storage that will not keep a sign-in says so before there is one."""

    def test_makes_the_folder_and_leaves_no_file(self, tmp_path: Path) -> None:
        FileStorage(tmp_path / "one" / "two" / "session.json").check()

        assert list((tmp_path / "one" / "two").iterdir()) == []
        if os.name == "posix":
            assert stat.S_IMODE((tmp_path / "one" / "two").stat().st_mode) == 0o700

    def test_leaves_what_is_there(self, path: Path) -> None:
        storage = FileStorage(path)
        storage.save("text")
        with storage.lock():  # a refresh of another process is not waited for
            FileStorage(path, lock_timeout=0).check()

        assert storage.load() == "text"

    def test_a_folder_that_cannot_be_made(self, path: Path) -> None:
        path.write_text("a file")
        wrong = path / "session.json"
        with pytest.raises(AuthConfigurationError, match=str(wrong)) as caught:
            FileStorage(wrong).check()

        assert str(wrong.parent) in (caught.value.recovery_suggestion or "")

    @pytest.mark.parametrize(
        ("number", "said"), [(errno.EROFS, "Read-only file system"), (errno.EACCES, "Permission denied")]
    )
    @pytest.mark.parametrize("kind", ["file", "keyring"])
    def test_a_folder_in_which_no_file_can_be_made(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, kind: str
    ) -> None:
        """Who runs the tests may be permitted everything: so the system's own answer is given here."""
        real = os.open

        def refuse(name: Any, flags: int, *rest: Any, **more: Any) -> int:
            if flags & os.O_CREAT and str(path.parent) in os.fsdecode(name):
                raise OSError(number, said, name)
            return real(name, flags, *rest, **more)

        monkeypatch.setattr(os, "open", refuse)
        storage = FileStorage(path) if kind == "file" else KeyringStorage("script", lock_path=path)
        with pytest.raises(AuthConfigurationError, match=f"{path} cannot be used: {said}") as caught:
            storage.check()

        assert str(path.parent) in (caught.value.recovery_suggestion or "")

    def test_a_name_that_is_too_long_once_it_has_its_ending(self, path: Path) -> None:
        with pytest.raises(AuthConfigurationError, match="cannot be used: File name too long"):
            FileStorage(path.with_name("n" * 245)).check()

    def test_a_lock_file_that_is_none(self, path: Path) -> None:
        lock = path.with_name("session.json.lock")
        lock.mkdir()
        with pytest.raises(AuthConfigurationError, match="locked") as caught:
            FileStorage(path).check()

        assert str(lock) in (caught.value.recovery_suggestion or "")

    def test_a_file_system_without_locks(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def acquire(*_: object, **__: object) -> NoReturn:
            raise NotImplementedError

        monkeypatch.setattr(filelock.FileLock, "acquire", acquire)
        with pytest.raises(AuthConfigurationError, match="no locks"):
            FileStorage(path).check()
        with pytest.raises(AuthConfigurationError, match="no locks"), FileStorage(path).lock():
            pass

    @pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="everything may be written")
    def test_a_file_that_may_not_be_written(self, path: Path) -> None:
        FileStorage(path).save("text")
        path.chmod(0o400)
        with pytest.raises(AuthConfigurationError, match="may not be written"):
            FileStorage(path).check()


class TestOtherFilesBeside:
    def test_stay(self, path: Path) -> None:
        """Other programs write a new text beside the old one too, and name it so."""
        others = [path.with_name(name) for name in (".session.json.new", "session.json.tmp", "session.json~")]
        for other in others:
            other.write_text("of another program")
        FileStorage(path).save("text")
        FileStorage(path).clear()

        assert [other.read_text() for other in others] == ["of another program"] * len(others)

    def test_what_is_no_file_is_not_removed(self, path: Path) -> None:
        temporary = path.with_name(".session.json.amplify_auth.new")
        temporary.mkdir()
        for use in (lambda: FileStorage(path).save("text"), FileStorage(path).clear):
            with pytest.raises(AuthConfigurationError, match="not a file"):
                use()


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
