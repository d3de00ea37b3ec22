"""docs/deploy/kubernetes: right by Kubernetes' own schemas (offline), and what it names is there."""

import shlex
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from halokop_sheets.cli import commands
from halokop_sheets.programmes.folder import SHARD, Catalogue

FOLDER = Path(__file__).parent.parent / "docs" / "deploy" / "kubernetes"
FILES = sorted(FOLDER.glob("*.yaml"))


def objects() -> list[dict[str, Any]]:
    return [one for file in FILES for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def of_kind(kind: str) -> dict[str, Any]:
    return next(one for one in objects() if one["kind"] == kind)


@pytest.mark.parametrize("version", ["1.29", "1.33"])
@pytest.mark.parametrize("one", objects(), ids=lambda one: one["kind"])
def test_each_object_is_right_by_kubernetes_schemas(one: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(one, version, strict=True)


def test_the_schemas_refuse_what_is_wrong() -> None:
    wrong = of_kind("StatefulSet")
    wrong["spec"]["template"]["spec"]["containers"][0]["readOnlyRootFilesystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.33", strict=True)


def test_nobody_is_root_and_nothing_is_written_but_data_and_tmp() -> None:
    pod = of_kind("StatefulSet")["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 10001
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    writable = [one["mountPath"] for one in container["volumeMounts"] if not one.get("readOnly")]
    assert writable == ["/data", "/tmp"]


def test_what_is_mounted_and_selected_is_there() -> None:
    stateful = of_kind("StatefulSet")
    pod = stateful["spec"]["template"]
    volumes = {one["name"] for one in pod["spec"]["volumes"]}
    volumes |= {one["metadata"]["name"] for one in stateful["spec"]["volumeClaimTemplates"]}
    assert {one["name"] for one in pod["spec"]["containers"][0]["volumeMounts"]} == volumes
    assert stateful["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert of_kind("Service")["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert stateful["spec"]["serviceName"] == of_kind("Service")["metadata"]["name"]
    configs = [one["configMap"]["name"] for one in pod["spec"]["volumes"] if "configMap" in one]
    assert configs == [of_kind("ConfigMap")["metadata"]["name"]]


def test_the_probes_and_the_command_are_ours() -> None:
    [container] = of_kind("StatefulSet")["spec"]["template"]["spec"]["containers"]
    known = {command.name or command.callback.__name__ for command in commands.registered_commands}  # type: ignore[union-attr]
    assert container["args"][0] in known
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["exec"]["command"] == shlex.split("halokop health --alive")
    assert {"HALOKOP_CONFIG", SHARD} <= {one["name"] for one in container["env"]}


def test_the_sample_settings_are_served_by_as_many_shards_as_there_are_pods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through links, as the kubelet mounts a ConfigMap: each file leads to a folder that is exchanged as a whole."""
    inner = tmp_path / "..2026_11_25"
    inner.mkdir()
    for name, text in of_kind("ConfigMap")["data"].items():
        (inner / name).write_text(text, encoding="utf-8")
        (tmp_path / name).symlink_to(Path("..2026_11_25") / name)
    replicas = of_kind("StatefulSet")["spec"]["replicas"]
    served = []
    for number in range(replicas):
        monkeypatch.setenv(SHARD, f"halokop-{number}")
        catalogue = Catalogue([tmp_path])
        assert catalogue.shared.process.shards == replicas
        for one in catalogue.look():
            assert one.settings and not one.problems, one.problems
            assert one.settings.base == tmp_path.resolve()
            assert one.settings.state.dir == str(Path("/data") / one.name / "state")
            served.append(one.name)
    assert sorted(served) == ["bogor", "garut"]
