package io.vlmr1.tensor;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.contract.WorkerEnvironment;
import java.util.Map;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Where this process keeps its tensors and computes: main memory, or one GPU. A process has one
 * device, as with torchrun; several GPUs of a machine are several processes.
 */
public final class Device {
  private static final String VARIABLE = WorkerEnvironment.DEVICE;
  private static final String MAIN_MEMORY = "cpu";
  private static @Nullable Device current;

  private final String name;

  private Device(String name) {
    this.name = name;
  }

  /** Chosen at the first use, by the environment. */
  public static synchronized Device current() {
    if (current == null) {
      Natives.load();
      current = of(System.getenv(), torch.cuda_is_available() ? torch.cuda_device_count() : 0);
    }
    return current;
  }

  /** From now on this one; tensors that exist stay where they are. */
  static synchronized void use(String name) {
    current = new Device(name);
  }

  /**
   * What an environment asks for.
   *
   * @param gpus that libtorch sees
   * @throws VlmR1Exception USAGE, naming the variable, when it asks for a GPU that is not there
   */
  static Device of(Map<String, String> environment, int gpus) {
    String asked = environment.getOrDefault(VARIABLE, "").strip();
    if (asked.equals(MAIN_MEMORY) || (asked.isEmpty() && gpus == 0)) {
      return new Device(MAIN_MEMORY);
    }
    if (asked.isEmpty() || asked.equals("cuda")) {
      int local = WorkerEnvironment.number(environment, WorkerEnvironment.LOCAL_RANK, 0);
      return gpu(local % Math.max(1, gpus), asked, gpus);
    }
    if (asked.matches("cuda:\\d{1,2}")) {
      return gpu(Integer.parseInt(asked.substring("cuda:".length())), asked, gpus);
    }
    throw new VlmR1Exception(
        ExitCode.USAGE,
        VARIABLE + "=\"" + asked + "\": set it to cpu, cuda or cuda:0, or leave it out");
  }

  private static Device gpu(int index, String asked, int gpus) {
    if (index >= gpus) {
      throw new VlmR1Exception(
          ExitCode.USAGE,
          VARIABLE
              + "=\""
              + asked
              + "\", and libtorch sees "
              + gpus
              + " GPUs; set it to cpu, or use the image with CUDA on a node with a driver");
    }
    return new Device("cuda:" + index);
  }

  /** As torch calls it: {@code cpu}, {@code cuda:0}. */
  public String name() {
    return name;
  }

  /** Whether tensors lie in main memory. */
  public boolean isMainMemory() {
    return name.equals(MAIN_MEMORY);
  }

  TensorOptions options(Dtype dtype) {
    TensorOptions options = dtype.options();
    return isMainMemory() ? options : options.device(new DeviceOptional(torchs()));
  }

  /** A tensor that was made in main memory, where it is computed with. */
  Tensor place(Tensor made) {
    return isMainMemory() ? made : made.to(torchs(), made.scalar_type());
  }

  private org.bytedeco.pytorch.Device torchs() {
    return new org.bytedeco.pytorch.Device(name);
  }
}
