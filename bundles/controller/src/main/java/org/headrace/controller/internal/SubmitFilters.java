package org.headrace.controller.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.ClusterView;
import org.headrace.api.submit.SubmitFilter;
import org.headrace.api.submit.SubmitRefused;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;

/** Has the filters that the configuration names look at a job, one after the other. */
final class SubmitFilters {
  private static final String KIND = "job_submit";

  private final PluginRegistry registry;

  SubmitFilters(PluginRegistry registry) {
    this.registry = registry;
  }

  /**
   * The job as it is to be submitted.
   *
   * @throws SubmitRefused if a filter refuses it, or is named and can't be asked: a site's rule
   *     must not be got around by its failure
   */
  JobSpec apply(JobSpec job, ClusterView view, Map<String, String> settings) throws SubmitRefused {
    JobSpec current = job;
    for (String name : names(settings)) {
      JobSpec seen = current;
      SubmitRefused[] refused = new SubmitRefused[1];
      try {
        current =
            registry.callNamed(
                KIND,
                name,
                SubmitFilter.class,
                filter -> {
                  try {
                    return filter.onSubmit(seen, view);
                  } catch (SubmitRefused e) {
                    refused[0] = e;
                    return seen;
                  }
                });
      } catch (PluginFault e) {
        throw new SubmitRefused(e.getMessage());
      }
      if (refused[0] != null) {
        throw refused[0];
      }
      if (current == null || !current.owner().equals(job.owner())) {
        throw new SubmitRefused(
            "plugin " + KIND + "/" + name + " returned no job, or one of another user");
      }
    }
    return current;
  }

  private static List<String> names(Map<String, String> settings) {
    List<String> names = new ArrayList<>();
    for (String name : settings.getOrDefault("JobSubmitPlugins", "").split(",")) {
      String trimmed = name.trim();
      if (!trimmed.isEmpty() && !trimmed.equals("(null)")) {
        names.add(trimmed.substring(trimmed.lastIndexOf('/') + 1));
      }
    }
    return names;
  }
}
