package io.vlmr1.dist;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.tensor.NativeErrors;
import io.vlmr1.tensor.Scope;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.gloo.Device;

/**
 * Ranks over torch's Gloo process group, for tensors in main memory.
 *
 * <p>Gloo aborts the process when ranks bring different sizes to a collective, so sizes are
 * compared first. A peer that dies breaks the connection and is an error at once on all others.
 * Devices of their own memory would bring another implementation of {@link Ranks} over NCCL.
 */
public final class GlooRanks implements Ranks {
  /**
   * A peer that does not come to a collective for so long counts as lost; a save of rank 0 takes
   * less.
   */
  private static final Duration COLLECTIVE = Duration.ofMinutes(30);

  /**
   * Elements reduced at a time: 32 MiB of float32, enough to fill a link and little to hold twice.
   */
  private static final long BUCKET = 8L << 20;

  /** Messages up to this length travel with their length, in one round. */
  private static final int INLINE = 2040;

  private final Rendezvous rendezvous;
  private final TCPStore store;
  private final ProcessGroupGloo group;
  private final PieceExchange exchange;

  private GlooRanks(Rendezvous rendezvous, TCPStore store, ProcessGroupGloo group) {
    this.rendezvous = rendezvous;
    this.store = store;
    this.group = group;
    this.exchange = new PieceExchange(group, rendezvous, this::lost);
  }

  static GlooRanks meet(Rendezvous rendezvous) {
    TCPStore store = Store.open(rendezvous);
    try (Scope scope = Scope.open()) {
      Milliseconds timeout = new Milliseconds(COLLECTIVE.toMillis());
      ProcessGroupGloo group =
          new ProcessGroupGloo(
              store, rendezvous.rank(), rendezvous.size(), options(rendezvous, timeout));
      return new GlooRanks(rendezvous, store, group.retainReference());
    } catch (RuntimeException e) {
      throw new VlmR1Exception(
          ExitCode.RENDEZVOUS_TIMEOUT,
          "rank %d of %d met the others at %s:%d but cannot connect to them: %s; open all ports between the workers"
              .formatted(
                  rendezvous.rank(),
                  rendezvous.size(),
                  rendezvous.host(),
                  rendezvous.port(),
                  NativeErrors.message(e)),
          e);
    }
  }

  private static ProcessGroupGloo.Options options(Rendezvous rendezvous, Milliseconds timeout) {
    Optional<Device> device =
        rendezvous
            .networkInterface()
            .map(ProcessGroupGloo::createDeviceForInterface)
            .or(
                () ->
                    LocalAddress.towards(rendezvous)
                        .map(ProcessGroupGloo::createDeviceForHostname));
    if (device.isEmpty()) {
      return ProcessGroupGloo.Options.create_default(timeout);
    }
    ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(timeout);
    GlooDeviceVector devices = new GlooDeviceVector();
    devices.push_back(device.get());
    options.devices(devices);
    return options;
  }

  @Override
  public int rank() {
    return rendezvous.rank();
  }

  @Override
  public int size() {
    return rendezvous.size();
  }

  @Override
  public void sum(Tensor tensor) {
    agree("sum", tensor);
    Tensor flat = tensor.detach().view(-1);
    long elements = flat.numel();
    boolean narrow = flat.scalar_type().intern() != torch.ScalarType.Float;
    for (long from = 0; from < elements; from += BUCKET) {
      try (Scope scope = Scope.open()) {
        Tensor part = flat.narrow(0, from, Math.min(BUCKET, elements - from));
        // 16-bit sums are taken in float32 and rounded once
        Tensor wide = narrow ? part.to(torch.ScalarType.Float) : part;
        Tensor sent = wide.cpu(); // Gloo takes main memory; the same tensor where it lies there
        await("sum", group.allreduce(new TensorVector(sent)));
        if (narrow || !part.is_cpu()) {
          part.copy_(sent);
        }
      } catch (RuntimeException e) {
        throw lost("sum", e);
      }
    }
  }

  @Override
  public void broadcast(Tensor tensor, int root) {
    agree("broadcast", tensor);
    try (Scope scope = Scope.open()) {
      BroadcastOptions options = new BroadcastOptions();
      options.rootRank(root);
      Tensor sent = tensor.detach().cpu();
      await("broadcast", group.broadcast(new TensorVector(sent), options));
      if (!tensor.is_cpu()) {
        tensor.detach().copy_(sent);
      }
    } catch (RuntimeException e) {
      throw lost("broadcast", e);
    }
  }

  @Override
  public Pending sumPieces(List<Tensor> pieces) {
    return exchange.sum(pieces);
  }

  @Override
  public Pending sharePieces(List<Tensor> pieces) {
    return exchange.share(pieces);
  }

  @Override
  public String address() {
    return LocalAddress.of(rendezvous);
  }

  @Override
  public List<byte[]> gather(byte[] mine) {
    ByteBuffer first = ByteBuffer.allocate(INLINE + 8).putLong(mine.length);
    first.put(mine, 0, Math.min(mine.length, INLINE));
    List<byte[]> rounds = gatherEqual(first.array());
    int longest =
        rounds.stream().mapToInt(round -> (int) ByteBuffer.wrap(round).getLong()).max().orElse(0);
    List<byte[]> rest = longest > INLINE ? gatherEqual(padded(mine, longest)) : rounds;
    List<byte[]> all = new ArrayList<>();
    for (int rank = 0; rank < size(); rank++) {
      byte[] message = new byte[(int) ByteBuffer.wrap(rounds.get(rank)).getLong()];
      int header = longest > INLINE ? 0 : 8;
      System.arraycopy(rest.get(rank), header, message, 0, message.length);
      all.add(message);
    }
    return all;
  }

  private static byte[] padded(byte[] bytes, int length) {
    byte[] longer = new byte[length];
    System.arraycopy(bytes, 0, longer, 0, bytes.length);
    return longer;
  }

  /** One message of the same length from every rank. */
  private List<byte[]> gatherEqual(byte[] mine) {
    try (Scope scope = Scope.open()) {
      Tensor in = bytes(mine.length);
      in.data_ptr_byte().put(mine);
      Tensor out = bytes((long) mine.length * size());
      await("gather", group._allgather_base(out, in));
      byte[] all = new byte[mine.length * size()];
      out.data_ptr_byte().get(all);
      return IntStream.range(0, size())
          .mapToObj(r -> Arrays.copyOfRange(all, r * mine.length, (r + 1) * mine.length))
          .toList();
    } catch (RuntimeException e) {
      throw lost("gather", e);
    }
  }

  private static Tensor bytes(long length) {
    return torch.empty(
        new long[] {length}, new TensorOptions(torch.ScalarType.Byte), new MemoryFormatOptional());
  }

  /** Compares what the ranks bring to a collective. */
  private void agree(String operation, Tensor tensor) {
    byte[] mine =
        ByteBuffer.allocate(9)
            .putLong(tensor.numel())
            .put(tensor.scalar_type().intern().value)
            .array();
    List<byte[]> all = gatherEqual(mine);
    for (int other = 0; other < all.size(); other++) {
      if (!Arrays.equals(all.get(other), mine)) {
        throw new VlmR1Exception(
            ExitCode.INTERNAL,
            "%s: rank %d brings %d elements and rank %d brings %d, or another type; the ranks run different jobs or versions"
                .formatted(
                    operation,
                    rank(),
                    tensor.numel(),
                    other,
                    ByteBuffer.wrap(all.get(other)).getLong()));
      }
    }
  }

  @Override
  public void barrier() {
    gatherEqual(new byte[1]);
  }

  private static void await(String operation, Work work) {
    if (!work._wait()) {
      throw new IllegalStateException(operation + " was not completed");
    }
  }

  private RuntimeException lost(String operation, RuntimeException e) {
    if (e instanceof VlmR1Exception) {
      return e;
    }
    return new VlmR1Exception(
        ExitCode.PEER_LOST,
        "rank %d of %d lost another rank in %s: %s; the log of the rank that ended first says why"
            .formatted(rank(), size(), operation, NativeErrors.message(e)),
        e);
  }

  @Override
  public void close() {
    group.close();
    store.close();
  }
}
