package org.headrace.accounting.internal;

import java.util.List;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;

/** What the documents hold. Each says its version first. */
final class Documents {
  /** Raised when a document of this release would be misread by an older one. */
  static final int VERSION = 1;

  private Documents() {}

  /** A run of a job. */
  record OfJob(int version, Job job, List<String> nodes) {
    static String of(AccountingRecord.JobChanged change) {
      return RecordJson.write(new OfJob(VERSION, change.job(), change.nodes()));
    }
  }

  /** A step. */
  record OfStep(int version, Step step, List<String> nodes) {
    static String of(AccountingRecord.StepChanged change) {
      return RecordJson.write(new OfStep(VERSION, change.step(), change.nodes()));
    }
  }

  /** A change of accounts and their like. */
  record OfBook(int version, AccountingRecord.BookChanged change) {
    static String of(AccountingRecord.BookChanged change) {
      return RecordJson.write(new OfBook(VERSION, change));
    }
  }

  /** A change of a node. */
  record OfNode(int version, AccountingRecord.NodeChanged change) {
    static String of(AccountingRecord.NodeChanged change) {
      return RecordJson.write(new OfNode(VERSION, change));
    }
  }
}
