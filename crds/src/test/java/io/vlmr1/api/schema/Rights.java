package io.vlmr1.api.schema;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * What a user may do, asked of an API server.
 *
 * @param client with all rights
 * @param user whose rights are asked for
 */
record Rights(KubernetesClient client, String user) {
  private static final List<String> VERBS =
      List.of("get", "list", "watch", "create", "update", "patch", "delete");

  /** The verbs allowed on `group/resource`, `group/resource/subresource` or a lease's name. */
  List<String> of(String namespace, String resource) {
    return VERBS.stream().filter(verb -> allowed(namespace, resource, verb)).toList();
  }

  private boolean allowed(String namespace, String resource, String verb) {
    String[] parts = resource.split("/", -1);
    String last = parts.length > 2 ? parts[2] : "";
    boolean named = parts[1].equals("leases");
    return client
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withNewResourceAttributes()
                .withNamespace(namespace)
                .withVerb(verb)
                .withGroup(parts[0])
                .withResource(parts[1])
                .withSubresource(named ? "" : last)
                .withName(named ? last : "")
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }
}
