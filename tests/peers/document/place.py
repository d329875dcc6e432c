# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "On disk", "Locks" and "Rights": the paths of a bus, its lock, and the files created beside it."""

import contextlib
import ctypes
import errno
import fcntl
import os
import pathlib
import stat
import time

import chunk

READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
ACCESS_LIST = "system.posix_acl_access"
DEFAULT_LIST = "system.posix_acl_default"
RENAME_EXCHANGE = 2
CANNOT_EXCHANGE = {getattr(errno, name) for name in "EINVAL ENOSYS EOPNOTSUPP EACCES EPERM EBUSY ETXTBSY ENOENT".split()}
LOCK_PATIENCE = 10  # seconds
REMOTE = ("fuse", "nfs", "cifs", "smb", "9p", "ceph", "afs", "coda", "ocfs2", "lustre", "gpfs", "gfs2", "orangefs")
LIBC = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """The bus cannot be used like this; a person must act."""


def read_chunk(path):
    """The chunk at a path, or None if the file is missing or empty."""
    try:
        fd = os.open(path, READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise chunk.NotAChunk(str(error)) if error.errno in (errno.ELOOP, errno.ENXIO) else error from error
    with open(fd, "rb") as file:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size > chunk.LARGEST_FILE:
            raise chunk.NotAChunk("it is not a regular file, or too long")
        data = file.read(status.st_size)
    return chunk.decode(data) if data else None


def identity(status):
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def names_file(path, fd):
    """Whether the path still leads to that open file."""
    try:
        return os.path.samestat(os.lstat(path), os.fstat(fd))
    except FileNotFoundError:
        return False


def listing(directory):
    """The names, without hidden ones; empty if there is no such directory."""
    try:
        return [name for name in os.listdir(directory) if not name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def entry(directory, sequence):
    return os.path.join(directory, f"{sequence:020d}")


def is_sequence(name):
    return len(name) == 20 and name.isascii() and name.isdigit() and 1 <= int(name) <= chunk.LAST_SEQUENCE


def sequences(spool):
    return sorted(int(name) for name in listing(spool) if is_sequence(name))


def unlink(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def attribute(path, name):
    try:
        return os.getxattr(path, name, follow_symlinks=False)
    except OSError:
        return None


def mounts():
    """Maps each mount point to its file system."""
    fields = [line.split(" ") for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()]
    return {line[4].encode().decode("unicode_escape"): line[line.index("-") + 1] for line in fields}


class Place:
    """A bus on a local file system, at the path X."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.directory = os.path.dirname(self.path)
        self.side = self.path + ".d"
        self.staging, self.history, self.producers, self.inboxes, self.damaged = (
            os.path.join(self.side, name) for name in ("staging", "history", "producers", "inbox", "damaged")
        )
        self.lock_fd = -1
        self.guard = -1

    def check(self):
        """Refuses whatever must be refused, before anything is created."""
        mounted = mounts()
        nearest = max((point for point in mounted if (self.directory + "/").startswith(point.rstrip("/") + "/")), key=len)
        if mounted[nearest].startswith(REMOTE):
            raise Refused(f"{self.path} is on {mounted[nearest]}, and this program is for local file systems")
        for path in (self.path, self.path + ".lock", self.side, self.staging, self.history, self.producers, self.inboxes):
            is_file = path in (self.path, self.path + ".lock")
            with contextlib.suppress(FileNotFoundError):
                mode = os.lstat(path).st_mode
                if path in mounted or not (stat.S_ISREG(mode) if is_file else stat.S_ISDIR(mode)):
                    raise Refused(f"{path} is mounted by itself, or of another type")

    def check_replaceable(self):
        directory, x = os.stat(self.directory), self.status()
        if x and directory.st_mode & stat.S_ISVTX and os.geteuid() not in (0, x.st_uid, directory.st_uid):
            raise Refused(f"{self.path} belongs to another user, in a sticky directory")

    def status(self):
        try:
            status = os.lstat(self.path)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(status.st_mode):
            raise Refused(f"{self.path} is not a regular file")
        return status

    def make_directories(self, *more):
        self.check()
        for path in (self.side, self.staging, self.history, self.producers, *more):
            self.make_directory(path)
        if self.guard < 0:
            self.guard = os.open(self.side, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self.guard, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def make_directory(self, path):
        model = os.stat(self.directory)
        sticky = model.st_mode & stat.S_ISVTX
        try:
            os.mkdir(path, 0o755 if sticky else model.st_mode & 0o777)
        except FileExistsError:
            return
        if not sticky:
            self.share(path, model, model.st_mode & 0o2777)
        with contextlib.suppress(OSError):
            os.setxattr(path, DEFAULT_LIST, attribute(self.directory, DEFAULT_LIST) or b"", follow_symlinks=False)

    def create_shared(self, path):
        """A new file beside the bus, open for writing. It must not exist yet."""
        model = os.stat(self.directory)
        sticky = model.st_mode & stat.S_ISVTX
        mode = (0o755 if sticky else model.st_mode) & 0o666
        fd = os.open(path, CREATE, mode)
        if not sticky:
            self.share(fd, model, mode)
        return fd

    def share(self, file, model, mode):
        with contextlib.suppress(OSError):
            os.chown(file, -1, model.st_gid)
        access = attribute(self.directory, ACCESS_LIST)
        if access:
            os.setxattr(file, ACCESS_LIST, access)
        os.chmod(file, mode)

    @contextlib.contextmanager
    def locked(self):
        deadline = time.monotonic() + LOCK_PATIENCE
        while not self.try_lock():
            if time.monotonic() > deadline:
                raise Refused(f"{self.path}.lock was held by another process for {LOCK_PATIENCE} s")
            time.sleep(0.0002)
        try:
            yield
        finally:
            fcntl.flock(self.lock_fd, fcntl.LOCK_UN)

    def try_lock(self):
        if self.lock_fd < 0:
            self.lock_fd = self.open_lock()
        try:
            fcntl.flock(self.lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if self.lock_is_in_place():
            return True
        os.close(self.lock_fd)
        self.lock_fd = -1
        return False

    def lock_is_in_place(self):
        return names_file(self.path + ".lock", self.lock_fd)

    def open_lock(self):
        path = self.path + ".lock"
        while True:
            for access in (os.O_RDWR, os.O_RDONLY):
                with contextlib.suppress(FileNotFoundError, PermissionError):
                    return os.open(path, READ | access)
            with contextlib.suppress(FileExistsError):
                return self.create_shared(path)

    def replace_by(self, staged):
        """True if the replaced file is now at the path of the staged one."""
        if LIBC.renameat2(-100, os.fsencode(staged), -100, os.fsencode(self.path), RENAME_EXCHANGE) == 0:
            return True
        number = ctypes.get_errno()
        if number not in CANNOT_EXCHANGE:
            raise OSError(number, os.strerror(number), self.path)
        os.rename(staged, self.path)
        return False
