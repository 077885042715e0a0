package org.headrace.api.selector;

import java.util.List;
import java.util.function.Supplier;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;

/** Licences beside what a selector gives: they are a matter of the cluster and not of its nodes. */
public final class LicensedSelection {
  private LicensedSelection() {}

  /**
   * The answer of a selector with the job's licences added.
   *
   * @param free what is free, licences as well
   * @param placement the selector's answer, asked for only when there are enough licences
   */
  public static Selection of(JobDemand demand, ResourceLedger free, Supplier<Selection> placement) {
    if (demand.request().licenses().isEmpty()) {
      return placement.get();
    }
    String missing = free.missingLicense(demand.request().licenses());
    if (missing != null) {
      String detail =
          "%d licences of %s asked for, %d free"
              .formatted(
                  demand.request().licenses().get(missing),
                  missing,
                  Math.max(0, free.freeLicenses(missing)));
      return new Selection.NotPlaced(
          List.of(new Blocker(Reason.LICENSES, 0, detail, Blocker.UNKNOWN)));
    }
    Selection selection = placement.get();
    return selection instanceof Selection.Placed placed
        ? new Selection.Placed(placed.allocation().withLicenses(demand.request().licenses()))
        : selection;
  }
}
