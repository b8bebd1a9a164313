package io.vlmr1.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** One training of a vision-language model, from its data to its evaluated checkpoint. */
@Group(GrpoJob.GROUP)
@Version(GrpoJob.VERSION)
@Kind(GrpoJob.KIND)
@Plural("grpojobs")
@ShortNames("grpo")
@AdditionalPrinterColumn(
    name = "PHASE",
    jsonPath = ".status.phase",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "STEP",
    jsonPath = ".status.step",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "REWARD",
    jsonPath = ".status.reward",
    type = AdditionalPrinterColumn.Type.NUMBER)
@AdditionalPrinterColumn(
    name = "WORKERS",
    jsonPath = ".status.workersReady",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "RESTARTS",
    jsonPath = ".status.restarts",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "ETA",
    jsonPath = ".status.eta",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "MODEL",
    jsonPath = ".spec.model.source",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
public class GrpoJob extends CustomResource<GrpoJobSpec, GrpoJobStatus> implements Namespaced {
  public static final String GROUP = "training.vlmr1.io";
  public static final String VERSION = "v1alpha1";
  public static final String KIND = "GrpoJob";
  static final String IMMUTABLE = "cannot change once the job exists; make a new GrpoJob";

  public static final String API_VERSION = GROUP + "/" + VERSION;

  private static final GrpoJobSpec NOTHING_ASKED = Absent.all(GrpoJobSpec.class);

  @Override
  protected GrpoJobSpec initSpec() {
    return NOTHING_ASKED;
  }

  @Override
  protected @Nullable GrpoJobStatus initStatus() {
    return null; // nothing is known before the operator writes it
  }
}
