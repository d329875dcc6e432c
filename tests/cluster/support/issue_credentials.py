# SPDX-License-Identifier: Apache-2.0
"""Issues what an operator would, for one account with one user: issue_credentials.py DIRECTORY writes user.creds, stranger.creds of a
user that no account knows, and operator.conf for the server.

The encodings are those of https://github.com/nats-io/nkeys and https://github.com/nats-io/jwt.
"""

import base64
import hashlib
import json
import pathlib
import sys
import time

import nacl.signing

SEED = 18 << 3
KINDS = {"operator": 14 << 3, "account": 0, "user": 20 << 3}
NO_LIMITS = {name: -1 for name in ("subs", "data", "payload", "imports", "exports", "conn", "leaf", "mem_storage", "disk_storage",
                                   "streams", "consumer")} | {"wildcards": True}
NO_JETSTREAM = NO_LIMITS | {"mem_storage": 0, "disk_storage": 0, "streams": 0, "consumer": 0}
CREDENTIALS = """-----BEGIN NATS USER JWT-----
{token}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
{seed}
------END USER NKEY SEED------
"""
CONFIGURATION = """operator: {operator}
system_account: {system}
resolver: MEMORY
resolver_preload: {{ {accounts} }}
"""


def checksum(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc.to_bytes(2, "little")


def base32(data):
    return base64.b32encode(data).decode().rstrip("=")


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Key:
    def __init__(self, kind):
        self.kind = KINDS[kind]
        self.signing = nacl.signing.SigningKey.generate()
        self.public = self.encoded(bytes([self.kind]) + bytes(self.signing.verify_key))

    @staticmethod
    def encoded(data):
        return base32(data + checksum(data))

    def seed(self):
        return self.encoded(bytes([SEED | self.kind >> 5, (self.kind & 31) << 3]) + bytes(self.signing))

    def token(self, subject, name, claims):
        """A JWT that this key signs about another one."""
        content = {"iat": int(time.time()), "iss": self.public, "name": name, "sub": subject.public, "nats": claims, "jti": ""}
        content["jti"] = base32(hashlib.new("sha512_256", json.dumps(content).encode()).digest())
        body = base64url(b'{"typ":"JWT","alg":"ed25519-nkey"}') + "." + base64url(json.dumps(content).encode())
        return body + "." + base64url(self.signing.sign(body.encode()).signature)


def user_credentials(account):
    user = Key("user")
    claims = {"pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2}
    return CREDENTIALS.format(token=account.token(user, "user", claims), seed=user.seed())


def account_token(operator, account, limits):
    claims = {"limits": limits, "default_permissions": {"pub": {}, "sub": {}}, "type": "account", "version": 2}
    return f"{account.public}: {operator.token(account, 'account', claims)}"


def main():
    directory = pathlib.Path(sys.argv[1])
    operator, account, system = Key("operator"), Key("account"), Key("account")
    claims = {"type": "operator", "version": 2, "system_account": system.public}
    accounts = [account_token(operator, account, NO_LIMITS), account_token(operator, system, NO_JETSTREAM)]
    (directory / "user.creds").write_text(user_credentials(account))
    (directory / "stranger.creds").write_text(user_credentials(Key("account")))
    (directory / "operator.conf").write_text(CONFIGURATION.format(
        operator=operator.token(operator, "operator", claims), system=system.public, accounts=", ".join(accounts)))


if __name__ == "__main__":
    main()
