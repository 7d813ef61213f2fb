"""Files made to break a parser: the child ends, the reason is told, nothing else is touched."""

import asyncio
import socket
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from desktop.core.bundle import READ_DOCUMENT
from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents import child
from desktop.documents.model import Limits
from desktop.documents.read import read_document
from tests.documents import files


async def fault_of(path: Path, limits: Limits | None = None) -> DocumentFault:
    with pytest.raises(DocumentError) as caught:
        await read_document(path, limits or Limits())
    assert caught.value.message
    return caught.value.fault


async def test_an_empty_a_missing_and_a_huge_file(tmp_path: Path) -> None:
    (tmp_path / "empty.docx").touch()
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(500_000_000)

    assert await fault_of(tmp_path / "empty.docx") is DocumentFault.EMPTY
    assert await fault_of(tmp_path / "gone.pdf") is DocumentFault.MISSING
    assert await fault_of(tmp_path / "huge.txt") is DocumentFault.TOO_LARGE


async def test_a_zip_bomb_is_refused_by_what_it_claims_and_by_what_it_does(tmp_path: Path) -> None:
    body = files.paragraph("x" * 30_000_000)
    path = files.make_word(tmp_path / "bomb.docx", body)
    limits = Limits(unpacked_bytes=10_000_000)
    assert path.stat().st_size < 100_000
    assert await fault_of(path, limits) is DocumentFault.TOO_LARGE

    lying = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("word/document.xml").file_size
    path.write_bytes(lying.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert await fault_of(path, limits) in {DocumentFault.DAMAGED, DocumentFault.TOO_LARGE}


async def test_xml_that_reads_files_or_grows_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    xxe = files.make_word(tmp_path / "xxe.docx", files.paragraph("&e;"), before=doctype)
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    bomb = files.make_word(tmp_path / "laughs.docx", files.paragraph("&b;"), before=laughs)

    assert await fault_of(xxe) is DocumentFault.DAMAGED
    assert await fault_of(bomb) is DocumentFault.DAMAGED


async def test_nothing_is_fetched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        page = tmp_path / "page.html"
        page.write_text(f"<html><link href='{address}'><p>Text<img src='{address}'></html>")
        relations = (
            '<Relationships><Relationship Id="r" TargetMode="External" '
            f'Target="{address}"/></Relationships>'
        )
        word = files.make_word(
            tmp_path / "a.docx",
            files.paragraph("Text"),
            **{"word/_rels/document.xml.rels": relations},
        )

        assert (await read_document(page)).text == "Text\n\n"
        assert (await read_document(word)).text == "Text\n\n"
        with pytest.raises(BlockingIOError):
            server.accept()


async def test_pdfs_that_loop_unpack_without_end_or_are_locked(tmp_path: Path) -> None:
    loop = files.make_pdf(tmp_path / "loop.pdf", ["Round"], tail="/Prev START")
    bomb = files.make_pdf(tmp_path / "bomb.pdf", ["Boom"], bomb=100_000_000)
    writer = PdfWriter(clone_from=PdfReader(files.make_pdf(tmp_path / "a.pdf", ["Secret"])))
    writer.encrypt("word", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")

    assert (await read_document(loop)).text == "Round\n\n"
    assert await fault_of(bomb) is DocumentFault.TOO_LARGE
    assert await fault_of(tmp_path / "locked.pdf") is DocumentFault.ENCRYPTED


async def test_time_and_memory_are_limited(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"cell {n}"] for n in range(20_000)]
    slow = files.make_sheets(tmp_path / "slow.xlsx", {"S": rows})
    big = tmp_path / "big.txt"
    big.write_bytes(b"word " * 16_000_000)

    assert await fault_of(slow, Limits(seconds=0.2)) is DocumentFault.TIMEOUT
    limits = Limits(memory_bytes=150_000_000, characters=100_000_000)
    assert await fault_of(big, limits) is DocumentFault.MEMORY


async def test_cancelling_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.make_pdf(tmp_path / "a.pdf", ["Hello"])
    mark = tmp_path / "pid"
    code = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr(child, "command", lambda: (child.sys.executable, "-c", code))
    task = asyncio.create_task(read_document(path))
    async with asyncio.timeout(20):
        while not (mark.exists() and mark.read_text()):
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not Path(f"/proc/{mark.read_text()}").exists()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('written.txt', 'w')",
    ],
)
def test_a_parser_may_not_connect_start_or_write(code: str, tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        f"import sys; from desktop.documents import child; sys.addaudithook(child._refuse); {code}"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert "PermissionError: A parser may" in run.stderr
    assert not Path("written.txt").exists()


async def test_the_command_itself_is_the_child_in_a_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher = ("-c", "import sys; from desktop.cli import main; sys.exit(main())")
    monkeypatch.setattr(child, "command", lambda: (child.sys.executable, *launcher, READ_DOCUMENT))
    path = files.make_pdf(tmp_path / "a.pdf", ["From the bundle"])

    assert (await read_document(path)).text == "From the bundle\n\n"
