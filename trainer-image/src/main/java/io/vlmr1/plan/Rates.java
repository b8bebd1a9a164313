package io.vlmr1.plan;

/**
 * How fast a device is, for shapes like a workload's.
 *
 * @param products with weights, operations a second of many rows
 * @param attention operations a second
 * @param decoding bytes of weights a second that a product of few rows reads
 * @param memory bytes a second that element-wise work writes, memory fresh each time
 * @param reading bytes a second of a plain sum over memory: the bound of decoding
 * @param call seconds that any call costs
 * @param network bytes a second between processes; 0: they are not more than one
 * @param layer what a decoder layer takes beyond what the other rates say of it
 */
public record Rates(
    double products,
    double attention,
    double decoding,
    double memory,
    double reading,
    double call,
    double network,
    Layer layer) {

  /**
   * What a decoder layer takes beyond its products, its attention and the memory it makes.
   *
   * @param forward its forward pass, as a multiple of what the rates say
   * @param backward its backward pass, likewise
   * @param token seconds of small calls when a token of each row is decoded
   */
  public record Layer(double forward, double backward, double token) {
    /** Nothing beyond that. */
    public static final Layer AS_COUNTED = new Layer(1, 1, 0);
  }

  /** The same with another layer. */
  Rates with(Layer other) {
    return new Rates(products, attention, decoding, memory, reading, call, network, other);
  }

  /**
   * The same with some rates given; those that are 0 stay. What a layer's passes take beyond the
   * rates was measured against this machine's, so that a given rate is taken at its word.
   */
  public Rates given(double products, double memory, double network) {
    boolean measured = products <= 0 && memory <= 0;
    return new Rates(
        products > 0 ? products : this.products,
        products > 0 ? products : attention,
        memory > 0 ? memory : decoding,
        memory > 0 ? memory : this.memory,
        memory > 0 ? memory : reading,
        call,
        network > 0 ? network : this.network,
        measured ? layer : new Layer(1, 1, layer.token()));
  }
}
