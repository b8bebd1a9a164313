package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.TrainingSpec.Recompute;
import io.vlmr1.tensor.Device;
import java.util.Optional;

/** Whether a job can be computed where this process computes. */
final class DeviceCheck {
  private DeviceCheck() {}

  /**
   * What users should know before it starts.
   *
   * @throws VlmR1Exception BAD_SPEC for what works in main memory only
   */
  static Optional<String> of(GrpoJobSpec spec, Device device) {
    if (!device.isMainMemory()) {
      requireMainMemory(spec);
      return Optional.of("computes on " + device.name());
    }
    DeviceSpec asked = spec.workers().device();
    return asked == null
        ? Optional.empty()
        : Optional.of(
            "computes in main memory, though spec.workers.device asks for "
                + asked.resource()
                + ": libtorch sees no GPU here; use the image with CUDA, on a node with a driver");
  }

  private static void requireMainMemory(GrpoJobSpec spec) {
    if (spec.training().zeroStage() == 3) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          "spec.training.zeroStage: 3 reads weights of other ranks from main memory and does not work on a GPU yet; set it to 2");
    }
    if (spec.training().recompute() == Recompute.AUTO
        && spec.training().activationBytes() == null) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          "spec.training.activationMemory: absent, and what is free is known of main memory only; set it, or set recompute to full");
    }
  }
}
