/**
 * The whole way on a real cluster with real containers: profile {@code cluster}. Uses the cluster
 * of KUBECONFIG, or starts one from {@code ../shared/cluster}.
 */
@NullMarked
package io.vlmr1.operator.cluster;

import org.jspecify.annotations.NullMarked;
