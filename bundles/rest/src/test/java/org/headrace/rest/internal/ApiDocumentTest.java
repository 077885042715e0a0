package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiDocumentTest {
  private static final List<Route> ROUTES = new Routes().all();
  private final String text = new ApiDocument(ROUTES, new Release("26.05.3", "test")).text();

  private Map<?, ?> document() throws Exception {
    return JsonInput.object(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyRouteOfEveryVersionIsThereAndNothingElse() throws Exception {
    Map<?, ?> paths = (Map<?, ?>) document().get("paths");
    Set<String> described = new HashSet<>();
    paths.forEach(
        (path, item) ->
            ((Map<?, ?>) item).keySet().forEach(verb -> described.add(verb + " " + path)));
    Set<String> served = new HashSet<>();
    for (String version : Routes.VERSIONS) {
      for (Route route : ROUTES) {
        served.add(
            route.method().toLowerCase(java.util.Locale.ROOT)
                + " "
                + route.path().replace("{version}", version));
      }
    }
    assertThat(described).isEqualTo(served);
  }

  @Test
  void namesAreThoseThatGeneratedClientsKnow() {
    for (String name :
        List.of(
            "slurm_v0044_get_jobs",
            "slurm_v0044_get_job",
            "slurm_v0044_post_job_submit",
            "slurm_v0044_post_job",
            "slurm_v0044_delete_job",
            "slurm_v0044_get_jobs_state",
            "slurm_v0040_get_nodes",
            "slurm_v0040_get_node",
            "slurm_v0040_post_node",
            "slurm_v0045_get_ping",
            "slurm_v0044_get_resources",
            "util_v0044_post_hostnames",
            "util_v0044_post_hostlist",
            "slurmdb_v0044_get_ping",
            "slurmdb_v0045_get_qos",
            "slurmdb_v0045_get_single_qos",
            "slurmdb_v0045_get_jobs")) {
      assertThat(text).contains("\"operationId\":\"" + name + "\"");
    }
    Set<String> ids = new HashSet<>();
    Matcher each = Pattern.compile("\"operationId\":\"([^\"]*)\"").matcher(text);
    while (each.find()) {
      assertThat(ids.add(each.group(1))).as(each.group(1)).isTrue();
    }
  }

  @Test
  void whatItRefersToIsThere() throws Exception {
    Map<?, ?> components = (Map<?, ?>) document().get("components");
    Map<?, ?> schemas = (Map<?, ?>) components.get("schemas");
    Matcher each = Pattern.compile("\"\\$ref\":\"#/components/schemas/([^\"]*)\"").matcher(text);
    Set<String> used = new HashSet<>();
    while (each.find()) {
      used.add(each.group(1));
    }
    assertThat(schemas.keySet().stream().map(Object::toString))
        .containsExactlyInAnyOrderElementsOf(used);
  }

  @Test
  void itIsServedUnderEachOfItsNames(@TempDir Path directory) throws Exception {
    try (Api api = new Api(directory)) {
      for (String path : List.of("/openapi", "/openapi.json", "/openapi/v3")) {
        Api.Reply reply = api.get(path);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json()).containsEntry("openapi", "3.0.2");
      }
    }
  }
}
