package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.util.List;

/** One thing that must hold of a spec. */
interface Rule {
  /** Everything that breaks it; empty when it holds. */
  List<Problem> problems(GrpoJobSpec spec);
}
