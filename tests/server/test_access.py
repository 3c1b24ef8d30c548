"""Who may reach the server: tokens and TLS as they are set up, and what is served without them."""

import re

import pytest
import trustme

import server
from client import cli
from client.process import start_server
from domain.errors import InvalidInput
from tests.wire.test_access import certificate_of


@pytest.fixture
def jiaoqi(capsys, monkeypatch):
    """Run a command as a person would; what it printed, and its exit status."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    def run(*words):
        try:
            status = cli.main(["--timeout", "60", *words])
        except SystemExit as end:
            status = end.code
        return status, *capsys.readouterr()

    return run


def test_tokens_and_tls_from_the_first_command_on(jiaoqi, monkeypatch, tmp_path):
    """`jiaoqi token` makes the server's file, `--token` and `--ca` get in; others are told why they don't."""
    lines = {}
    for name, role in (("erp", "sales"), ("chen", "planner")):
        status, out, _ = jiaoqi("token", name, "--role", role)
        assert status == 0
        lines[name] = re.search(r"for the caller: (\S+)\n.* tokens: (sha256:\S+ .+)\n", out).groups()
    tokens = tmp_path / "tokens"
    tokens.write_text("".join(f"{line}\n" for _, line in lines.values()))
    assert [line.split()[1:] for _, line in lines.values()] == [["erp", "sales"], ["chen", "planner"]]
    authority, ca = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca)
    certificate, key = certificate_of(authority, tmp_path)
    flags = ["--tokens", str(tokens), "--certificate", str(certificate), "--key", str(key)]
    with start_server(tmp_path / "shop.sqlite", flags) as address:
        monkeypatch.setenv("JIAOQI_SERVER", address)
        monkeypatch.setenv("JIAOQI_CA", str(ca))
        assert jiaoqi("clock", "--token", lines["erp"][0])[0] == 0
        status, _, err = jiaoqi("check", "--token", lines["erp"][0])
        assert (status, err) == (1, "Refused: CheckPlan is for admin, planner, and 'erp' is sales\n")
        monkeypatch.setenv("JIAOQI_TOKEN", lines["chen"][0])
        assert jiaoqi("check")[0] == 1  # There is no plant yet, which only those hear who may ask.
        assert "no plant was imported yet" in jiaoqi("check")[2]
        status, _, err = jiaoqi("clock", "--token", "sesame")
        assert (status, "bearer token that it knows" in err) == (1, True)


def test_a_token_is_for_a_name_without_spaces_and_a_role_that_there_is(jiaoqi):
    """Called wrongly: 2, and nothing is made."""
    assert jiaoqi("token", "two words", "--role", "sales")[:2] == (2, "")
    assert jiaoqi("token", "erp", "--role", "boss")[:2] == (2, "")
    assert jiaoqi("token", "erp")[:2] == (2, "")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "[::]", "plant.example"])
def test_without_tokens_nobody_else_reaches_the_server(host, tmp_path):
    """It took everybody's changes on any address it was told; now somebody has to say so, or name the callers."""
    store = tmp_path / "shop.sqlite"
    with pytest.raises(SystemExit, match=r"wrong settings: without tokens whoever reaches .* --allow-anyone"):
        server.main(["--store", str(store), "--host", host])
    assert not store.exists()
    for enough in (["--allow-anyone"], ["--tokens", "tokens"]):
        server.check_reach(server.read_settings(["--host", host, *enough]))


@pytest.mark.parametrize(("host", "alone"), [("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("::", False)])
def test_addresses_that_only_this_machine_reaches(host, alone):
    """Loopback, in both families and by name."""
    assert server.on_loopback(host) is alone


def test_half_a_certificate_is_told(tmp_path):
    """A server without its key doesn't come up in plain text."""
    certificate, _ = certificate_of(trustme.CA(), tmp_path)
    settings = server.read_settings(["--certificate", str(certificate), "--store", str(tmp_path / "shop.sqlite")])
    with pytest.raises(InvalidInput, match="key: is missing"):
        server.Server(settings)
    assert not (tmp_path / "shop.sqlite").exists()
