package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.List;

/** One thing that must hold of a job; its class comment is the sentence. */
interface Rule {
  /** Everything that breaks it; empty when it holds. */
  List<Problem> problems(GrpoJob job);
}
