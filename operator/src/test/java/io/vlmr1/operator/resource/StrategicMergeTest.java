package io.vlmr1.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of kubectl's strategic merge patch, as far as pods need them. */
class StrategicMergeTest {
  private final YAMLMapper yaml = new YAMLMapper();

  @ParameterizedTest(name = "{1} over {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{a: 1, b: 2}                   | {b: 3}                    | {a: 1, b: 3}",
        "{a: {x: 1, y: 2}}              | {a: {y: null}}            | {a: {x: 1}}",
        "{args: [a, b]}                 | {args: [c]}               | {args: [c]}",
        "{env: [{name: A, value: 1}]}   | {env: [{name: B}]}        | {env: [{name: A, value: 1}, {name: B}]}",
        "{env: [{name: A, value: 1}]}   | {env: [{name: A, value: 2}]} | {env: [{name: A, value: 2}]}",
        "{env: [{name: A}, {name: B}]}  | {env: [{name: A, $patch: delete}]} | {env: [{name: B}]}",
        "{env: [{name: A}]}             | {env: [{$patch: replace}, {name: B}]} | {env: [{name: B}]}",
        "{s: {a: 1}}                    | {s: {b: 2, $patch: replace}} | {s: {b: 2}}",
        "{tolerations: [{key: a}]}      | {tolerations: [{key: b}]} | {tolerations: [{key: b}]}",
        "{volumeMounts: [{mountPath: /a, name: x}]} | {volumeMounts: [{mountPath: /a, name: y}]} | {volumeMounts: [{mountPath: /a, name: y}]}",
        "{ports: [{containerPort: 1, name: x}]} | {ports: [{containerPort: 1, name: y}]} | {ports: [{containerPort: 1, name: y}]}",
        "{env: []}                      | {$setElementOrder/env: [{name: A}], env: [{name: A}]} | {env: [{name: A}]}",
        "{}                             | {env: [{name: A, $patch: delete}]} | {env: []}",
        "{a: 1}                         | {a: {b: {c: null, d: 1}}} | {a: {b: {d: 1}}}",
      })
  void isTheResultOfKubernetes(String base, String patch, String merged) throws Exception {
    ObjectNode under = (ObjectNode) yaml.readTree(base);
    ObjectNode before = under.deepCopy();
    assertThat(StrategicMerge.of(under, (ObjectNode) yaml.readTree(patch)))
        .isEqualTo(yaml.readTree(merged));
    assertThat(under).as("the base stays as it was").isEqualTo(before);
  }
}
