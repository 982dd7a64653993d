"""What every test here needs: the server under test, a signed-in SDK, pictures, shorter calls."""

import atexit
import json
import logging
import os
import pathlib
import struct
import tempfile
import zlib

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.api.logger import Logger
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.record import (
    BodyWrapper,
    Field,
    FileBodyWrapper,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.util import StreamWrapper

ENV = json.loads(pathlib.Path(os.environ["TANZANITE_SDK_ENV"]).read_text())
TOKEN_URL = ENV["accounts_url"] + "/oauth/v2/token"
CLIENT = {"client_id": ENV["client_id"], "client_secret": ENV["client_secret"]}
PHOTO_BYTES_MAX = 10 * 1024 * 1024
UNKNOWN_ID = 999_999_999_999_999_999

# The SDK writes a log, a token store and its copy of the field metadata: all of it goes here.
SCRATCH = tempfile.TemporaryDirectory(prefix="tanzanite-sdk-python-")
atexit.register(SCRATCH.cleanup)
# Given a file, each initialisation adds one more handler for it, so it is given here, once.
logging.getLogger("SDKLogger").addHandler(
    logging.FileHandler(os.path.join(SCRATCH.name, "sdk.log"))
)
logging.raiseExceptions = False  # 7.0.0 logs an error with one argument too many for its format.


def sign_in(token):
    """Initialise the SDK with `token`; a new store and metadata keep nothing of the last caller."""
    home = tempfile.mkdtemp(dir=SCRATCH.name)
    Initializer.initialize(
        DataCenter.Environment(ENV["api_domain"], TOKEN_URL, ENV["api_domain"]),
        token,
        store=FileStore(os.path.join(home, "tokens.csv")),
        resource_path=home,
        logger=Logger.get_instance(Logger.Levels.INFO),
    )
    return token


def sign_in_as(situation):
    return sign_in(OAuthToken(access_token=ENV["access_tokens"][situation]))


def target(situation):
    """(module, id) of a record that the server was started with."""
    record = ENV["records"][situation]
    return record["module"], int(record["id"])


def png(filler=0):
    """A correct 2x2 picture; `filler` bytes in a private chunk make it big without more pixels."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    pixels = b"".join(b"\0" + bytes([0x40, 0x30, 0x90] * 2) for _row in range(2))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
        + (chunk(b"tzNt", b"\0" * filler) if filler else b"")
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


def params(*pairs):
    result = ParameterMap()
    for param, value in pairs:
        result.add(param, value)
    return result


def upload(module, record_id, content, name="portrait.png"):
    path = os.path.join(SCRATCH.name, name)
    pathlib.Path(path).write_bytes(content)
    file = StreamWrapper(file_path=path)
    body = FileBodyWrapper()
    body.set_file(file)
    with file.get_stream():
        return RecordOperations(module).upload_photo(record_id, body)


def lead(last_name):
    record = Record()
    record.add_field_value(Field.Leads.last_name(), last_name)
    body = BodyWrapper()
    body.set_data([record])
    return body


def only(response):
    """The one result of a reply that answers with an array."""
    [result] = response.get_object().get_data()
    return result
