package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may talk to a job's pods: they to each other, and the operator to /progress. */
public final class WorkerPolicy {
  private WorkerPolicy() {}

  /** The policy; outgoing traffic stays free. */
  public static NetworkPolicy of(GrpoJob owner, PodDefaults defaults) {
    LabelSelector own = selector(Labels.JOB, owner.getMetadata().getName());
    return new NetworkPolicyBuilder()
        .withMetadata(Names.owned(owner, Names.workers(owner), Labels.of(owner)))
        .withNewSpec()
        .withPodSelector(own)
        .withPolicyTypes("Ingress")
        .withIngress(amongWorkers(own), progress(defaults.operatorNamespace()))
        .endSpec()
        .build();
  }

  /** Every port: besides the rendezvous, ranks connect on ports that their systems choose. */
  private static NetworkPolicyIngressRule amongWorkers(LabelSelector own) {
    return new NetworkPolicyIngressRuleBuilder()
        .addNewFrom()
        .withPodSelector(own)
        .endFrom()
        .build();
  }

  private static NetworkPolicyIngressRule progress(@Nullable String namespace) {
    LabelSelector namespaces =
        namespace == null
            ? new LabelSelector() // of any namespace
            : selector("kubernetes.io/metadata.name", namespace);
    return new NetworkPolicyIngressRuleBuilder()
        .addNewFrom()
        .withNamespaceSelector(namespaces)
        .withPodSelector(selector(Labels.NAME, Labels.OPERATOR))
        .endFrom()
        .addNewPort()
        .withProtocol("TCP")
        .withPort(new IntOrString(WorkerEnvironment.DEFAULT_PROGRESS_PORT))
        .endPort()
        .build();
  }

  private static LabelSelector selector(String label, String value) {
    return new LabelSelectorBuilder().withMatchLabels(Map.of(label, value)).build();
  }
}
