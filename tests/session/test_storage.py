"""The two kept places: whole or former text, never others' eyes, one process at a time, never a hang or crash."""

import os
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from amplify_auth.errors import AuthConfigurationError, AuthStateError
from amplify_auth.storage import FileStorage, KeyringStorage, Storage

RECORD = '{"token": "' + "é" * 5000 + '"}'


class MemoryKeyring(keyring.backend.KeyringBackend):
    """An operating system's keyring of keyring's own API, as narrow as Windows' (2560 bytes of UTF-16)."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.entries = {}
        self.fail_after = None

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        if self.fail_after is not None:
            self.fail_after -= 1
            if self.fail_after < 0:
                raise keyring.errors.PasswordSetError("the machine stopped")
        if len(password.encode("utf-16-le")) > 2560:
            raise keyring.errors.PasswordSetError("stub received bad data")
        self.entries[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.entries:
            raise keyring.errors.PasswordDeleteError("not found")
        del self.entries[service, username]


@pytest.fixture
def path(tmp_path: Path) -> Any:
    return tmp_path / "of-mine" / "session.json"


@pytest.fixture
def backend() -> Any:
    return MemoryKeyring()


@pytest.fixture(params=["file", "keyring"])
def storage(request: pytest.FixtureRequest, path: Any, backend: Any, tmp_path: Path) -> Any:
    if request.param == "file":
        return FileStorage(path, lock_timeout=10)
    return KeyringStorage("script", backend=backend, lock_path=tmp_path / "lock", lock_timeout=10)


class TestEveryStorage:
    def test_is_a_storage(self, storage: Any) -> None:
        assert isinstance(storage, Storage)

    def test_gives_back_what_was_saved_last(self, storage: Any) -> None:
        assert storage.load() is None
        storage.save("first")
        storage.save(RECORD)

        assert storage.load() == RECORD

    def test_what_was_cleared_is_gone_and_clearing_nothing_is_no_error(self, storage: Any) -> None:
        storage.clear()
        storage.save(RECORD)
        storage.clear()

        assert storage.load() is None
        storage.clear()

    def test_does_not_show_the_text(self, storage: Any) -> None:
        storage.save("SECRET-TOKEN")

        assert "SECRET-TOKEN" not in repr(storage) + str(vars(storage))

    def test_its_lock_keeps_other_threads_waiting(self, storage: Any) -> None:
        inside, most = [], []

        def enter(_):
            with storage.lock():
                inside.append(1)
                most.append(len(inside))
                threading.Event().wait(0.01)
                inside.pop()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(enter, range(8)))

        assert most == [1] * 8

    def test_its_lock_is_free_again_after_an_error(self, storage: Any) -> None:
        with pytest.raises(ZeroDivisionError), storage.lock():
            raise ZeroDivisionError
        with storage.lock():
            pass


class TestFile:
    @pytest.fixture
    def open_umask(self) -> Iterator[Any]:
        former = os.umask(0)
        yield
        os.umask(former)

    def test_only_its_owner_can_read_it(self, path: Any, open_umask: Any) -> None:
        storage = FileStorage(path)
        storage.save(RECORD)
        with storage.lock():
            modes = {stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}

        assert modes == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o666])
    def test_one_that_others_can_read_or_change_is_refused(self, path: Any, mode: int) -> None:
        storage = FileStorage(path)
        storage.save("SECRET-TOKEN")
        path.chmod(mode)
        with pytest.raises(AuthConfigurationError, match="others") as caught:
            storage.load()

        assert "chmod 600" in caught.value.recovery_suggestion
        assert "SECRET-TOKEN" not in str(caught.value)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
    def test_one_of_somebody_else_is_refused(self, path: Any) -> None:
        storage = FileStorage(path)
        storage.save(RECORD)
        os.chown(path, 12345, 12345)
        with pytest.raises(AuthConfigurationError, match="another user"):
            storage.load()

    def test_a_directory_in_its_place_is_refused(self, path: Any) -> None:
        path.mkdir(parents=True)
        for use in (FileStorage(path).load, lambda: FileStorage(path).save(""), FileStorage(path).clear):
            with pytest.raises(AuthConfigurationError):
                use()

    def test_a_pipe_in_its_place_is_refused_without_waiting(self, path: Any) -> None:
        path.parent.mkdir()
        os.mkfifo(path, 0o600)
        with ThreadPoolExecutor(1) as pool, pytest.raises(AuthConfigurationError):
            pool.submit(FileStorage(path).load).result(10)

    def test_a_file_in_the_place_of_its_directory_is_an_error_that_names_it(self, path: Any) -> None:
        path.parent.write_text("")
        for use in (FileStorage(path).load, lambda: FileStorage(path).save(""), FileStorage(path).clear):
            with pytest.raises(AuthConfigurationError, match=r"session\.json"):
                use()
        with pytest.raises(AuthConfigurationError, match="locked"), FileStorage(path).lock():
            pass

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00damaged", b"{", b"x" * (1 << 21)])
    def test_damaged_content_is_returned_not_raised(self, path: Any, content: Any) -> None:
        """Whether it is damaged is for the reader of the record to say."""
        path.parent.mkdir()
        path.write_bytes(content)
        path.chmod(0o600)

        assert isinstance(FileStorage(path).load(), str)

    def test_a_save_that_fails_leaves_the_former_text_and_no_rubbish(
        self, path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After a crash the text is that of one sign-in, never of two."""
        storage = FileStorage(path)
        storage.save("former")

        def full(descriptor):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(AuthConfigurationError, match="No space left"):
            storage.save(RECORD)

        assert storage.load() == "former"
        assert [entry.name for entry in path.parent.iterdir()] == ["session.json"]

    def test_what_a_killed_program_has_left_is_removed(self, path: Any) -> None:
        """It holds tokens."""
        program = (
            "import os, sys; from amplify_auth.storage import FileStorage;"
            "os.fsync = lambda descriptor: os._exit(1); FileStorage(sys.argv[1]).save('tokens')"
        )
        storage = FileStorage(path)
        for remove in (lambda: storage.save(RECORD), storage.clear):
            assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 1
            assert len([name for name in os.listdir(path.parent) if name != "session.json"]) == 1

            remove()

            assert set(os.listdir(path.parent)) <= {"session.json"}

    def test_readers_never_see_half_a_text(self, path: Any) -> None:
        storage = FileStorage(path)
        texts = {letter * 100_000 for letter in "ab"}
        storage.save(min(texts))
        stop = threading.Event()

        def read():
            seen = set()
            while not stop.is_set():
                seen.add(storage.load())
            return seen

        with ThreadPoolExecutor(2) as pool:
            future = pool.submit(read)
            for _ in range(20):
                for text in texts:
                    storage.save(text)
            stop.set()

            assert future.result(10) <= texts

    def test_the_home_directory_can_be_written_as_a_tilde(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        FileStorage("~/session.json").save(RECORD)

        assert (tmp_path / "session.json").exists()

    def test_the_working_directory_may_change(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        storage = FileStorage("session.json")
        monkeypatch.chdir("/")
        storage.save(RECORD)

        assert (tmp_path / "session.json").exists()

    def test_its_lock_is_held_against_another_process_and_freed_by_its_death(self, path: Any) -> None:
        """A process that is killed while it refreshes must not lock out the others."""
        code = f"""
            import sys
            from amplify_auth.storage import FileStorage
            with FileStorage({str(path)!r}).lock():
                print("locked", flush=True)
                sys.stdin.read()
        """
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout.readline() == "locked\n"
            with pytest.raises(AuthStateError) as caught, FileStorage(path, lock_timeout=0.1).lock():
                pass

            assert caught.value.is_retryable

            other.kill()
            other.wait()
            with FileStorage(path, lock_timeout=10).lock():
                pass

    def test_without_filelock_the_error_names_the_extra(self, path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "filelock", None)
        with pytest.raises(AuthConfigurationError) as caught:
            FileStorage(path)  # and not only once somebody has given a password

        assert "amplify-auth-boto3[file]" in caught.value.recovery_suggestion


class TestKeyring:
    def test_a_text_that_would_not_be_read_whole_is_not_saved(self, backend: Any) -> None:
        storage = KeyringStorage("script", backend=backend)
        largest = "x" * (1 << 20)
        storage.save(largest)
        with pytest.raises(AuthConfigurationError, match="1048577"):
            storage.save(largest + "x")

        assert storage.load() == largest

    def test_a_text_longer_than_an_entry_is_split_and_the_parts_of_the_former_are_removed(self, backend: Any) -> None:
        storage = KeyringStorage("script", backend=backend)
        storage.save(RECORD)
        parts = len(backend.entries)
        storage.save(RECORD)

        assert parts > 2
        assert len(backend.entries) == parts

        storage.clear()

        assert backend.entries == {}

    @pytest.mark.parametrize("writes", range(5))
    def test_a_save_cut_off_at_any_moment_leaves_the_former_text(self, backend: Any, writes: Any) -> None:
        """Several entries are not one write. The entry that names them is."""
        storage = KeyringStorage("script", backend=backend)
        storage.save("former" * 400)
        backend.fail_after = writes
        with pytest.raises(AuthConfigurationError):
            storage.save("newer " * 800)

        assert storage.load() == "former" * 400

    @pytest.mark.parametrize("writes", range(5))
    def test_what_a_killed_program_has_left_is_removed(self, backend: Any, writes: Any) -> None:
        storage = KeyringStorage("script", backend=backend)
        for remove in (lambda: storage.save("newest"), storage.clear):
            storage.save("former" * 400)
            backend.fail_after = writes
            with pytest.raises(AuthConfigurationError):
                storage.save("newer " * 2400)
            backend.fail_after = None
            remove()

        assert backend.entries == {}

    def test_parts_that_do_not_belong_together_are_not_a_text(self, backend: Any) -> None:
        storage = KeyringStorage("script", backend=backend)
        storage.save(RECORD)
        name = next(name for name in backend.entries if name[1].endswith(".1"))
        for damage in ("other", None):
            if damage is None:
                del backend.entries[name]
            else:
                backend.entries[name] = damage

            assert storage.load() == ""

    @pytest.mark.parametrize(
        "contents",
        [
            "",
            "[" * 100_000,
            '{"stem": 1, "count": 1e999, "sha256": 1}',
            "{",
            "[]",
            "{}",
            '{"count": 1e99, "stem": "x"}',
            '{"stem": 1, "count": 1e12, "sha256": 1}',
        ],
    )
    def test_a_damaged_table_of_contents_is_no_crash_and_can_be_replaced(self, backend: Any, contents: Any) -> None:
        storage = KeyringStorage("script", backend=backend)
        backend.entries["amplify_auth", "script"] = contents

        assert storage.load() == ""

        storage.save(RECORD)

        assert storage.load() == RECORD

    def test_a_reader_that_meets_a_writer_reads_again(self, backend: Any) -> None:
        storage = KeyringStorage("script", backend=backend)
        storage.save("former" * 400)
        read = backend.get_password

        def read_slowly(service, username):
            backend.get_password = read
            text = read(service, username)
            storage.save(RECORD)
            return text

        backend.get_password = read_slowly

        assert storage.load() == RECORD

    def test_two_names_and_two_services_are_apart(self, backend: Any) -> None:
        KeyringStorage("one", backend=backend).save("1")
        KeyringStorage("two", backend=backend).save("2")
        KeyringStorage("one", service="other", backend=backend).save("3")

        assert KeyringStorage("one", backend=backend).load() == "1"

    def test_a_machine_without_a_keyring_gives_an_error_that_says_what_to_do(self) -> None:
        storage = KeyringStorage("script", backend=keyring.backends.fail.Keyring())
        with pytest.raises(AuthConfigurationError, match="NoKeyringError") as caught:
            storage.load()

        assert "FileStorage" in caught.value.recovery_suggestion

    def test_the_chosen_keyring_is_used_and_the_lock_has_a_place_of_its_own(
        self, backend: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        monkeypatch.setenv("HOME", str(tmp_path))
        storage = KeyringStorage("script")
        with storage.lock():
            storage.save(RECORD)

        assert backend.entries
        assert list(tmp_path.rglob("*.lock"))

    @pytest.mark.parametrize("package", ["keyring", "filelock"])
    def test_without_its_packages_the_error_names_the_extra(
        self, monkeypatch: pytest.MonkeyPatch, package: str
    ) -> None:
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(AuthConfigurationError) as caught:
            KeyringStorage("script")

        assert "amplify-auth-boto3[keyring]" in caught.value.recovery_suggestion
