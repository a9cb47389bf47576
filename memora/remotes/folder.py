"""A remote in a folder: a local disk, or a share that several machines mount.

A file is written beside its place under a name of its own, synced, and then linked to its name: ``link`` fails where
that name is taken, so of many who create one file exactly one does (reliability figures: 32 pushers, random kills,
none lost). Nothing here follows a symbolic link below the folder itself, and no name comes from anybody but memora.
"""

from __future__ import annotations

import errno
import os
import random
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from memora.errors import MemoraError
from memora.errors.remotes import NotARemote, RemoteFileMissing, RemoteUnavailable, UnsafeRemote
from memora.errors.store import DiskFull
from memora.errors.system import is_full
from memora.remotes.ports import CHUNK_BYTES, FORMAT_FILE, MANIFESTS, PACKS, PURGES, RemoteFile, Unfinished
from memora.storage.whole_files import fill_file

_TEMPORARY: Final = ".new-"
_OURS: Final = frozenset({FORMAT_FILE, PACKS.rstrip("/"), MANIFESTS.rstrip("/"), PURGES.rstrip("/")})
_MOST_TRIES: Final = 3
_PATIENCE_SECONDS: Final = 5.0
_LOOK_AGAIN_SECONDS: Final = 0.004
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
_DIRECTORY: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_OLD: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class FolderFiles:
    """The files of a remote in a folder, which the first file that is written makes.

    Folders and files are made with the permissions of the folder; ``shared`` lets its group write in a folder that is
    made now.
    """

    def __init__(self, path: str, *, shared: bool = False) -> None:
        self.path = path
        self._shared = shared
        self._queued = False

    def create(self, name: str, body: bytes) -> bool:
        if os.path.lexists(os.path.join(self.path, name)):
            return False  # the usual answer where many push at once, without writing a file for it
        if name == FORMAT_FILE:
            self._refuse_others_folder()
        for tries in range(_MOST_TRIES):
            try:
                self._write(name, [body])
            except FileExistsError:
                return False
            except RemoteFileMissing:  # somebody cleared it away before it had its name
                if tries + 1 == _MOST_TRIES:
                    raise
            else:
                return True
        return False

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        try:
            return self._write(name, chunks)
        except FileExistsError:
            raise NotARemote(self.path, f"has a file {name} that nobody was to make") from None

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        folder, leaf = _split(name)
        with self._failing(name), self._opened(folder, leaf) as descriptor:
            os.lseek(descriptor, start, os.SEEK_SET)
            while length is None or length > 0:
                chunk = os.read(descriptor, CHUNK_BYTES if length is None else min(length, CHUNK_BYTES))
                if not chunk:
                    return
                if length is not None:
                    length -= len(chunk)
                yield chunk

    def list(self, folder: str) -> Iterator[RemoteFile]:
        # A size would cost a look at each.
        names = [entry.name for entry in self._entries(folder) if not entry.name.startswith(_TEMPORARY)]
        yield from sorted(RemoteFile(folder + name, None) for name in names)

    def remove(self, *names: str) -> None:
        for name in names:
            self._remove(name)

    def unfinished(self) -> Iterator[Unfinished]:
        now = time.time()
        for folder in ("", PACKS, MANIFESTS, PURGES):
            found = []
            for entry in self._entries(folder):
                if entry.name.startswith(_TEMPORARY):
                    with self._failing(folder), suppress(FileNotFoundError):
                        changed = entry.stat(follow_symlinks=False).st_mtime
                        found.append(Unfinished(folder + entry.name, now - changed))
            yield from sorted(found)

    @contextmanager
    def turn(self, tries: int) -> Iterator[None]:
        """Queue at the folder's format file, unless somebody holds it for seconds: the lock dies with its owner."""
        if self._queued:
            yield
            return
        descriptor = None
        with suppress(OSError):
            descriptor = os.open(os.path.join(self.path, FORMAT_FILE), _OLD)
        try:
            if descriptor is not None:
                _queue(descriptor)
            self._queued = True
            yield
        finally:
            self._queued = False
            if descriptor is not None:
                os.close(descriptor)

    def close(self) -> None:
        """Nothing is held open."""

    def _refuse_others_folder(self) -> None:
        """Raise NotARemote where a remote would be made among files that are somebody's."""
        with self._failing(""), suppress(FileNotFoundError):
            for entry in sorted(os.listdir(self.path)):
                if entry not in _OURS and not entry.startswith(_TEMPORARY):
                    raise NotARemote(self.path, f"is no remote of memora, and holds something else: {entry!r:.60}")

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        """The files in a folder; none where it is not there. Take all of them: it is open meanwhile."""
        with (
            self._failing(folder),
            suppress(FileNotFoundError),
            self._directory(folder) as directory,
            os.scandir(directory) as entries,
        ):
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    yield entry

    def _remove(self, name: str) -> None:
        folder, leaf = _split(name)
        with self._failing(name), suppress(FileNotFoundError), self._directory(folder) as directory:
            os.unlink(leaf, dir_fd=directory)
            os.fsync(directory)

    def _write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Write a file whole under a name that is free. Raises FileExistsError."""
        folder, leaf = _split(name)
        with self._failing(name):
            self._make(folder)
            with self._directory(folder) as directory:
                mode = stat.S_IMODE(os.fstat(directory).st_mode) & 0o666
                temporary = f"{_TEMPORARY}{secrets.token_hex(8)}"
                descriptor = os.open(temporary, _NEW, mode or 0o600, dir_fd=directory)
                try:
                    size = fill_file(descriptor, chunks, mode or None)
                    self._link(temporary, leaf, directory)
                finally:
                    with suppress(FileNotFoundError):
                        os.unlink(temporary, dir_fd=directory)
                os.fsync(directory)
                return size

    def _link(self, temporary: str, leaf: str, directory: int) -> None:
        try:
            os.link(temporary, leaf, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)
        except FileNotFoundError:
            raise RemoteFileMissing(temporary) from None
        except OSError as error:
            if error.errno in _NO_LINKS:
                raise UnsafeRemote(self.path) from None
            raise

    def _make(self, folder: str) -> None:
        """Make the folder of the remote, and one in it, where they are not there yet."""
        if not os.path.isdir(self.path):
            os.makedirs(os.path.dirname(os.path.abspath(self.path)), exist_ok=True)
            with suppress(FileExistsError):
                os.mkdir(self.path)
                if self._shared:
                    os.chmod(self.path, 0o2775)
                _sync(os.path.dirname(os.path.abspath(self.path)))
        if folder:
            path = os.path.join(self.path, folder)
            with suppress(FileExistsError):
                os.mkdir(path)
                # mkdir obeys the umask of this process; what others may do here is for the folder above to say.
                os.chmod(path, stat.S_IMODE(os.stat(self.path).st_mode))
                _sync(self.path)

    @contextmanager
    def _directory(self, folder: str) -> Iterator[int]:
        root = os.open(self.path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            if not folder:
                yield root
                return
            directory = os.open(folder.rstrip("/"), _DIRECTORY, dir_fd=root)
            try:
                yield directory
            finally:
                os.close(directory)
        finally:
            os.close(root)

    @contextmanager
    def _opened(self, folder: str, leaf: str) -> Iterator[int]:
        try:
            with self._directory(folder) as directory:
                descriptor = os.open(leaf, _OLD, dir_fd=directory)
        except FileNotFoundError:
            raise RemoteFileMissing(folder + leaf) from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise NotARemote(self.path, f"has a {folder}{leaf} that is no file")
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _failing(self, name: str) -> Iterator[None]:
        """Turn what the system says into what memora says."""
        try:
            yield
        except (MemoraError, FileExistsError):
            raise
        except OSError as error:
            raise _failure(self.path, name, error) from None


def _queue(descriptor: int) -> None:
    """Wait for the lock of a file, for some seconds at most; without it where the system or the share has none."""
    try:
        import fcntl
    except ImportError:
        return
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return
            time.sleep(random.uniform(0, _LOOK_AGAIN_SECONDS))
        except OSError:
            return
        else:
            return


def _split(name: str) -> tuple[str, str]:
    folder, slash, leaf = name.rpartition("/")
    return folder + slash, leaf


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(path: str, name: str, error: OSError) -> MemoraError:
    place = f"{path}/{name}"
    if is_full(error):
        return DiskFull(f"{place}: {error.strerror}")
    if error.errno in (errno.ENOTDIR, errno.EEXIST) and os.path.lexists(path) and not os.path.isdir(path):
        return NotARemote(path, "is a file, and no folder that could hold a remote")
    if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EISDIR):
        return NotARemote(path, f"has a {name or 'folder'} that is a link or of another kind")
    return RemoteUnavailable(path, (error.strerror or "failed").lower() + f" ({name})")
