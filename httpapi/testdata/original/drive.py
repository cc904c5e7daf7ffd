"""Drives a server through the original API's own client: every call of it.

Reads from standard input a JSON object: url, namespace, other_namespace,
organization, keys {namespace, reader, boss}, and archives: for each name the
path of a zip. Prints one line for each thing that is not as wanted and exits 1;
without any, prints how many calls answered and how many were seen to raise.
"""
import hashlib
import json
import sys
import time
import traceback
from datetime import datetime, timedelta, timezone
from pathlib import Path

import urllib3
from mixpeek import (
    ApiClient,
    ApiNamespacesPluginsModelsCreatePluginUploadRequest as NamespaceUpload,
    ApiNamespacesPluginsModelsPluginDeleteResponse as NamespaceDeleted,
    ApiNamespacesPluginsModelsPluginDetailResponse as NamespaceDetail,
    ApiNamespacesPluginsModelsPluginListResponse as NamespaceList,
    ApiNamespacesPluginsModelsPluginPresignedURLResponse as NamespacePresigned,
    ApiPluginsModelsCreatePluginUploadRequest as OrgUpload,
    ApiPluginsModelsPluginDeleteResponse as OrgDeleted,
    ApiPluginsModelsPluginDetailResponse as OrgDetail,
    ApiPluginsModelsPluginListResponse as OrgList,
    ApiPluginsModelsPluginPresignedURLResponse as OrgPresigned,
    AvailableOrgPluginsResponse,
    Configuration,
    ConfirmPluginUploadRequest,
    ConfirmPluginUploadResponse,
    CustomPluginsNamespaceApi,
    DisableOrgPluginResponse,
    EnableOrgPluginRequest,
    EnableOrgPluginResponse,
    ErrorResponse,
    HTTPValidationError,
    PluginRealtimeTestRequest,
    PluginRealtimeTestResponse,
    PluginStatusResponse,
    PluginUploadResponse,
    PluginsApi,
    ReconfigureNamespaceRequest,
    ReconfigureNamespaceResponse,
)
from mixpeek.exceptions import (
    BadRequestException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from watched import TIMEOUT, Watched, check, faults, fields, same, says

told = json.load(sys.stdin)
ns, org, keys = told["namespace"], told["organization"], told["keys"]
archives = {name: Path(path) for name, path in told["archives"].items()}
web = urllib3.PoolManager()
client = ApiClient(Configuration(host=told["url"]))
here = Watched(CustomPluginsNamespaceApi(client), keys["namespace"])
everyone = Watched(PluginsApi(client), keys["boss"])
V1, V2, BROKEN = "text_embed_1_0_0", "text_embed_1_1_0", "text_embed_1_2_0"


def recent(moment):
    """Whether it is a time of this run, with its zone."""
    return isinstance(moment, datetime) and timedelta(0) <= datetime.now(timezone.utc) - moment < timedelta(minutes=5)


def put(link, archive):
    answer = web.request("PUT", link, body=archive, headers={"Content-Type": "application/zip"}, timeout=TIMEOUT)
    same("the PUT's status", answer.status, 200)
    return answer.headers["ETag"]


def announced(up, owner, name, version, seconds):
    """Checks what announcing an upload answered."""
    fields(up, name=name, version=version, **owner)
    check("the upload has an id", up.upload_id.startswith("plu_") and len(up.upload_id) > 12)
    check("the archive has a place", up.s3_key)
    check("the link leads to the server", up.presigned_url.startswith(told["url"] + "/"))
    left = up.expires_at - datetime.now(timezone.utc)
    check(f"the link expires in {seconds} s", timedelta(seconds=seconds - 300) < left <= timedelta(seconds=seconds))


def confirmed(done, up, plugin_id):
    uri = "mixpeek://{0}@{1}/{0}_embedding".format(up.name, up.version)
    fields(done, success=True, upload_id=up.upload_id, plugin_id=plugin_id, validation_status="passed", validation_errors=[],
           deployment_status="not_deployed", feature_uri=uri)
    check("the archive has an address", done.s3_archive_url)
    check("confirm says what became of it", done.message)


def upload_in_three_calls():
    archive = archives[V1].read_bytes()
    request = NamespaceUpload(name="text_embed", version="1.0.0", description="Embeds text.", file_size_bytes=len(archive), presigned_url_expiration=600)
    up = here.want(NamespacePresigned, "generate_upload_url_namespaces_id_plugins", ns, request)
    announced(up, {"namespace_id": ns}, "text_embed", "1.0.0", 600)
    confirm = "confirm_upload_namespaces_id_plugins"
    here.refused(BadRequestException, 400, "BadRequestError", None, confirm, ns, up.upload_id)
    here.refused(NotFoundException, 404, "NotFoundError", None, confirm, ns, "plu_none")
    etag = put(up.presigned_url, archive)
    same("the ETag", etag, '"' + hashlib.md5(archive).hexdigest() + '"')
    checks = ConfirmPluginUploadRequest(etag=etag, file_size_bytes=len(archive))
    confirmed(here.want(ConfirmPluginUploadResponse, confirm, ns, up.upload_id, confirm_plugin_upload_request=checks), up, V1)
    confirmed(here.want(ConfirmPluginUploadResponse, confirm, ns, up.upload_id), up, V1)
    generate = "generate_upload_url_namespaces_id_plugins"
    here.refused(ConflictException, 409, "AlreadyExistsError", None, generate, ns, request)
    here.refused(ForbiddenException, 403, "ForbiddenError", None, generate, ns, request, key=keys["reader"])


def refused_by_the_scan():
    up = here.want(NamespacePresigned, "generate_upload_url_namespaces_id_plugins", ns, NamespaceUpload(name="text_embed", version="1.3.0"))
    announced(up, {"namespace_id": ns}, "text_embed", "1.3.0", 3600)
    put(up.presigned_url, archives["forbidden"].read_bytes())
    done = here.want(ConfirmPluginUploadResponse, "confirm_upload_namespaces_id_plugins", ns, up.upload_id)
    fields(done, success=False, upload_id=up.upload_id, plugin_id=None, validation_status="failed", deployment_status="not_deployed", feature_uri=None)
    says("the verdict", "\n".join(done.validation_errors), "processors/core.py:1:", "subprocess")

    upload = "upload_plugin_namespaces"
    done = here.want(PluginUploadResponse, upload, ns, ("plugin.zip", archives["forbidden"].read_bytes()), "text_embed", "1.3.0")
    fields(done, success=False, plugin_id="text_embed_1_3_0", validation_status="failed", deployment_status="not_deployed",
           feature_uri="mixpeek://text_embed@1.3.0/text_embed_embedding")
    says("the verdict", "\n".join(done.validation_errors), "processors/core.py:1:", "subprocess")


def upload_in_one_call():
    upload = "upload_plugin_namespaces"
    # The client takes an archive as a file's path, as bytes, or as both.
    for given, version in (archives[V2], "1.1.0"), (archives[BROKEN], "1.2.0"):
        given = str(given) if version == "1.1.0" else given.read_bytes()
        done = here.want(PluginUploadResponse, upload, ns, given, "text_embed", version, description="Embeds more.")
        fields(done, success=True, plugin_id="text_embed_" + version.replace(".", "_"), validation_status="passed", validation_errors=[],
               deployment_status="not_deployed", feature_uri=f"mixpeek://text_embed@{version}/text_embed_embedding")
        check("the archive has an address", done.s3_archive_url)
    archive = archives[V2].read_bytes()
    here.refused(ConflictException, 409, "AlreadyExistsError", None, upload, ns, archive, "text_embed", "1.1.0")
    here.refused(UnprocessableEntityException, 422, "ValidationError", HTTPValidationError, upload, ns, archive, "no spaces", "1.1.0")


def listed():
    answer = here.want(NamespaceList, "list_plugins_namespaces", ns)
    fields(answer, success=True, total=3, namespace_id=ns)
    same("the list's ids", [p.plugin_id for p in answer.plugins], [BROKEN, V2, V1])
    fields(answer.plugins[2], name="text_embed", version="1.0.0", description="Embeds text.", deployed=False, validation_status="passed",
           feature_uri="mixpeek://text_embed@1.0.0/text_embed_embedding")
    check("times are of now", all(recent(p.created_at) and recent(p.updated_at) for p in answer.plugins))
    here.refused(UnauthorizedException, 401, "UnauthorizedError", ErrorResponse, "list_plugins_namespaces", ns, key="sk_none")
    here.refused(NotFoundException, 404, "NotFoundError", ErrorResponse, "list_plugins_namespaces", told["other_namespace"])


def detail(plugin, plugin_id, deployed, archive):
    version = plugin_id.split("_", 2)[2].replace("_", ".")
    fields(plugin, plugin_id=plugin_id, name="text_embed", version=version, validation_status="passed", validation_errors=[],
           security_scan_passed=True, deployed=deployed, code_hash=hashlib.sha256(archive).hexdigest())
    check("the archive has an address", plugin.s3_archive_url)
    check("it was made now", recent(plugin.created_at) and recent(plugin.updated_at))
    check("its service has a name", plugin.resolved_inference_name)
    m = plugin.manifest
    fields(m, feature_extractor_name="text_embed", version=version, description="Turns a text into a small vector.", dependencies=[],
           feature_uri=f"mixpeek://text_embed@{version}/text_embed_embedding")
    same("the input's required fields", m.input_schema["required"], ["text"])
    check("the output has an embedding", "embedding" in m.output_schema["properties"])
    check("parameters have a scale", "scale" in m.parameter_schema["properties"])
    same("the feature", [(f["feature_name"], f["embedding_dim"], f["distance_metric"]) for f in m.features], [("text_embed_embedding", 8, "cosine")])


def detailed():
    archive = archives[V1].read_bytes()
    answer = here.want(NamespaceDetail, "get_plugin_namespaces", ns, V1, return_presigned_urls=True)
    fields(answer, success=True)
    fields(answer.plugin, namespace_id=ns, organization_id=None, description="Embeds text.", deployment_info=None, deployed_at=None)
    detail(answer.plugin, V1, False, archive)
    check("the link gives the archive", web.request("GET", answer.presigned_download_url, timeout=TIMEOUT).data == archive)
    fields(here.want(NamespaceDetail, "get_plugin_namespaces", ns, V1), presigned_download_url=None)
    here.refused(NotFoundException, 404, "NotFoundError", None, "get_plugin_namespaces", ns, "text_embed_9_9_9")
    here.refused(UnauthorizedException, 401, "UnauthorizedError", ErrorResponse, "get_plugin_namespaces", ns, V1, key="sk_none")


def settled(plugin_id):
    """Polls the status until it no longer moves."""
    end = time.monotonic() + TIMEOUT
    while True:
        status = here.want(PluginStatusResponse, "get_deployment_status_namespaces_id_plugins", ns, plugin_id)
        if status.status not in ("QUEUED", "PENDING", "IN_PROGRESS"):
            return status
        fields(status, plugin_id=plugin_id, namespace_id=ns, realtime_enabled=False, deployed=False)
        check("it says since when it waits", status.queued_at)
        if time.monotonic() > end:
            check(f"{plugin_id} settles within {TIMEOUT} s", False)
            return status
        time.sleep(0.05)


def deployed():
    route = f"/v1/namespaces/{ns}/realtime/text_embed"
    status = "get_deployment_status_namespaces_id_plugins"
    fields(settled(V1), plugin_id=V1, namespace_id=ns, status="NOT_DEPLOYED", name="text_embed", version="1.0.0", realtime_enabled=False,
           deployed=False, deployed_at=None, error=None)
    here.refused(NotFoundException, 404, "NotFoundError", None, status, ns, "text_embed_9_9_9")
    answer = here.want(dict, "deploy_plugin_namespaces", ns, V1, deployment_type="realtime")
    for name, value in {"success": True, "plugin_id": V1, "status": "queued", "deployment_type": "realtime", "route_prefix": route}.items():
        same(f"deploy's {name}", answer.get(name), value)
    check("deploy says how long it takes", answer["message"] and isinstance(answer["estimated_completion_seconds"], int))
    now = settled(V1)
    fields(now, status="DEPLOYED", name="text_embed", version="1.0.0", realtime_enabled=True, deployed=True, route_prefix=route,
           feature_uri="mixpeek://text_embed@1.0.0/text_embed_embedding", error=None)
    check("it went live now", recent(datetime.fromisoformat(now.deployed_at.replace("Z", "+00:00"))))
    plugin = here.want(NamespaceDetail, "get_plugin_namespaces", ns, V1).plugin
    detail(plugin, V1, True, archives[V1].read_bytes())
    check("its deployment is told", recent(plugin.deployed_at) and recent(plugin.deployment_info.deployed_at))
    fields(plugin.deployment_info, feature_uri=now.feature_uri)

    # A version that cannot start fails, and the one that serves goes on.
    here.want(dict, "deploy_plugin_namespaces", ns, BROKEN)
    broken = settled(BROKEN)
    fields(broken, status="FAILED", deployed=False, realtime_enabled=False)
    says("its error", broken.error, "RuntimeError", "no model here")
    fields(settled(V1), status="DEPLOYED")
    here.refused(NotFoundException, 404, "NotFoundError", None, "deploy_plugin_namespaces", ns, "text_embed_9_9_9")
    here.refused(UnprocessableEntityException, 422, "ValidationError", HTTPValidationError, "deploy_plugin_namespaces", ns, V1, deployment_type="sometimes")


def tested():
    test = "test_realtime_inference_namespaces_id_plugins"
    answer = here.want(PluginRealtimeTestResponse, test, ns, V1, PluginRealtimeTestRequest(inputs={"text": "hello"}, parameters={"scale": 2.0}))
    fields(answer, status="success", response_type="dict", response_keys=["embedding", "version"], error=None)
    same("the service", answer.inference_name, "InferenceService")
    same("who answered", answer.raw_response["version"], "1.0.0")
    same("the vector's length", round(sum(x * x for x in answer.raw_response["embedding"]) ** 0.5, 6), 2.0)
    raised = here.want(PluginRealtimeTestResponse, test, ns, V1, PluginRealtimeTestRequest(inputs={"text": "x"}, parameters={"scale": "much"}))
    fields(raised, status="error", inference_name="InferenceService", raw_response=None, response_type=None, response_keys=[])
    says("the exception", raised.error, "ValueError: could not convert", "Traceback", "realtime.py")
    empty = here.want(PluginRealtimeTestResponse, test, ns, V1, PluginRealtimeTestRequest())
    check("nothing given is an answer too", empty.status in ("success", "error"))
    here.refused(ConflictException, 409, "ConflictError", None, test, ns, V2, PluginRealtimeTestRequest())
    here.refused(NotFoundException, 404, "NotFoundError", None, test, ns, "text_embed_9_9_9", PluginRealtimeTestRequest())


def reconfigured():
    reconfigure = "reconfigure_namespace_id_plugins"
    here.refused(BadRequestException, 400, "BadRequestError", None, reconfigure, ns, ReconfigureNamespaceRequest(confirm=False))
    here.refused(ForbiddenException, 403, "ForbiddenError", ErrorResponse, reconfigure, ns, ReconfigureNamespaceRequest(confirm=True), key=keys["reader"])
    for status, added in ("reconfigured", ["text_embed_embedding"]), ("no_changes_needed", []):
        answer = here.want(ReconfigureNamespaceResponse, reconfigure, ns, ReconfigureNamespaceRequest(confirm=True))
        fields(answer, namespace_id=ns, status=status, previous_points_count=0, vectors_added=added, vectors_total=["text_embed_embedding"],
               collections_to_reprocess=[])
        check("it says what it did", answer.message)


def undeployed_and_deleted():
    undeploy, delete = "undeploy_plugin_namespaces", "delete_plugin_namespaces"
    answer = here.want(dict, undeploy, ns, V1)
    for name, value in {"success": True, "plugin_id": V1, "status": "not_deployed"}.items():
        same(f"undeploy's {name}", answer.get(name), value)
    check("undeploy says what it did", answer["message"])
    fields(settled(V1), status="NOT_DEPLOYED", deployed=False, realtime_enabled=False)
    here.refused(NotFoundException, 404, "NotFoundError", None, undeploy, ns, "text_embed_9_9_9")
    here.refused(ForbiddenException, 403, "ForbiddenError", ErrorResponse, undeploy, ns, V1, key=keys["reader"])

    here.want(dict, "deploy_plugin_namespaces", ns, V2, deployment_type="batch_only")
    fields(settled(V2), status="NOT_DEPLOYED", deployed=True, realtime_enabled=False)
    for plugin_id, live in (V2, True), (V1, False):
        gone = here.want(NamespaceDeleted, delete, ns, plugin_id)
        fields(gone, success=True, plugin_id=plugin_id, deployment_removed=live)
        check("delete says what it did", gone.message)
        here.refused(NotFoundException, 404, "NotFoundError", None, delete, ns, plugin_id)
    same("what is left", [p.plugin_id for p in here.want(NamespaceList, "list_plugins_namespaces", ns).plugins], [BROKEN])


def publish_for_everyone(version):
    archive = archives[f"shared_{version}"].read_bytes()
    request = OrgUpload(name="shared", version=version, description="For all.", file_size_bytes=len(archive))
    up = everyone.want(OrgPresigned, "generate_upload_url_plugins", request)
    announced(up, {"organization_id": org}, "shared", version, 3600)
    etag = put(up.presigned_url, archive)
    done = everyone.want(ConfirmPluginUploadResponse, "confirm_upload_plugins", up.upload_id,
                         confirm_plugin_upload_request=ConfirmPluginUploadRequest(etag=etag, file_size_bytes=len(archive)))
    confirmed(done, up, "shared_" + version.replace(".", "_"))
    everyone.refused(ConflictException, 409, "AlreadyExistsError", None, "generate_upload_url_plugins", request)


def organisation():
    publish_for_everyone("1.0.0")
    publish_for_everyone("1.1.0")
    everyone.refused(NotFoundException, 404, "NotFoundError", None, "confirm_upload_plugins", "plu_none")
    answer = everyone.want(OrgList, "list_plugins")
    fields(answer, success=True, total=2, organization_id=org)
    same("the organisation's ids", [p.plugin_id for p in answer.plugins], ["shared_1_1_0", "shared_1_0_0"])
    fields(answer.plugins[1], name="shared", version="1.0.0", description="For all.", deployed=False, validation_status="passed",
           feature_uri="mixpeek://shared@1.0.0/shared_embedding")
    check("times are of now", all(recent(p.created_at) and recent(p.updated_at) for p in answer.plugins))
    everyone.refused(ForbiddenException, 403, "ForbiddenError", ErrorResponse, "list_plugins", key=keys["namespace"])
    everyone.refused(UnauthorizedException, 401, "UnauthorizedError", ErrorResponse, "list_plugins", key="sk_none")

    answer = everyone.want(OrgDetail, "get_plugin", "shared_1_0_0")
    fields(answer, success=True)
    fields(answer.plugin, plugin_id="shared_1_0_0", organization_id=org, name="shared", version="1.0.0", description="For all.",
           validation_status="passed", validation_errors=[], security_scan_passed=True, deployed=False, deployment_info=None, deployed_at=None,
           code_hash=hashlib.sha256(archives["shared_1.0.0"].read_bytes()).hexdigest())
    fields(answer.plugin.manifest, feature_extractor_name="shared", version="1.0.0", feature_uri="mixpeek://shared@1.0.0/shared_embedding")
    check("it was made now", recent(answer.plugin.created_at) and answer.plugin.resolved_inference_name)
    everyone.refused(NotFoundException, 404, "NotFoundError", None, "get_plugin", "shared_9_9_9")


def available(**enabled):
    answer = here.want(AvailableOrgPluginsResponse, "list_available_org_plugins_namespaces", ns)
    fields(answer, success=True, total=2, organization_id=org, namespace_id=ns)
    same("what is enabled", {p.plugin_id: p.enabled_in_namespace for p in answer.plugins}, enabled)
    first = answer.plugins[1]
    fields(first, plugin_id="shared_1_0_0", name="shared", version="1.0.0", description="For all.", validation_status="passed",
           feature_uri="mixpeek://shared@1.0.0/shared_embedding")
    check("it was made now", recent(first.created_at))


def enabled():
    enable, disable = "enable_org_plugin_namespaces", "disable_org_plugin_namespaces"
    available(shared_1_0_0=False, shared_1_1_0=False)
    here.refused(NotFoundException, 404, "NotFoundError", ErrorResponse, "list_available_org_plugins_namespaces", told["other_namespace"])
    here.refused(NotFoundException, 404, "NotFoundError", None, enable, ns, "shared_9_9_9")
    for number, request, status in ("1.1.0", EnableOrgPluginRequest(deploy=False), "skipped"), ("1.0.0", EnableOrgPluginRequest(params={"scale": 3.0}), "deployed"):
        plugin_id = "shared_" + number.replace(".", "_")
        answer = here.want(EnableOrgPluginResponse, enable, ns, plugin_id, enable_org_plugin_request=request)
        fields(answer, success=True, plugin_id=plugin_id, namespace_id=ns, feature_uri=f"mixpeek://shared@{number}/shared_embedding")
        if status == "deployed" and answer.deployment_status == "pending":  # a busy machine
            status = "pending"
            fields(settled(plugin_id), status="DEPLOYED")
        fields(answer, deployment_status=status)
        check("enable says what it did", answer.message)
    available(shared_1_0_0=True, shared_1_1_0=True)
    tried = here.want(PluginRealtimeTestResponse, "test_realtime_inference_namespaces_id_plugins", ns, "shared_1_0_0", PluginRealtimeTestRequest(inputs={"text": "x"}))
    same("the vector's length", round(sum(x * x for x in tried.raw_response["embedding"]) ** 0.5, 6), 3.0)

    delete = "delete_plugin"
    everyone.refused(ConflictException, 409, "ConflictError", None, delete, "shared_1_0_0")
    answer = here.want(DisableOrgPluginResponse, disable, ns, "shared_1_0_0")
    fields(answer, success=True, plugin_id="shared_1_0_0", namespace_id=ns)
    check("disable says what it did", answer.message)
    here.refused(NotFoundException, 404, "NotFoundError", None, disable, ns, "shared_1_0_0")
    here.refused(ForbiddenException, 403, "ForbiddenError", ErrorResponse, disable, ns, "shared_1_1_0", key=keys["reader"])
    available(shared_1_0_0=False, shared_1_1_0=True)
    gone = everyone.want(OrgDeleted, delete, "shared_1_0_0")
    fields(gone, success=True, plugin_id="shared_1_0_0")
    check("delete says what it did", gone.message)
    everyone.refused(NotFoundException, 404, "NotFoundError", None, delete, "shared_1_0_0")


def main():
    for step in (upload_in_three_calls, refused_by_the_scan, upload_in_one_call, listed, detailed, deployed, tested, reconfigured,
                 undeployed_and_deleted, organisation, enabled):
        try:
            step()
        except Exception as e:  # the later steps may tell more
            line = [f.lineno for f in traceback.extract_tb(e.__traceback__) if f.filename == __file__][-1]
            faults.append(f"drive.py:{line}: {step.__name__} ended by {type(e).__name__}: {e}")
    for watched in here, everyone:
        for what, seen in ("answer", watched.answered), ("raise", watched.raised):
            for missing in sorted(watched.methods() - seen):
                faults.append(f"{missing} was not seen to {what}")
    if faults:
        sys.exit("\n".join(faults))
    print(len(here.answered), len(here.raised), len(everyone.answered), len(everyone.raised))


main()
