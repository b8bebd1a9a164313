package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.DataSpec;
import io.vlmr1.api.v1alpha1.Dataset;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The question has its place in an own prompt, and each data set says which rows it gives. */
final class DataChoice implements Rule {
  private static final String QUESTION = "{Question}";
  private static final Pattern SAMPLING =
      Pattern.compile("all|(?:first|end|random):([0-9]{1,9})(%?)");

  @Override
  public List<Problem> problems(GrpoJob job) {
    DataSpec data = job.getSpec().data();
    List<Problem> problems = new ArrayList<>();
    String template = data.promptTemplate();
    if (template != null && !template.contains(QUESTION)) {
      problems.add(
          new Problem(
              "spec.data.promptTemplate",
              "without " + QUESTION,
              "write " + QUESTION + " where the question stands"));
    }
    Datasets.each(job.getSpec(), (path, dataset) -> sampling(path, dataset, problems));
    return problems;
  }

  private static void sampling(String path, Dataset dataset, List<Problem> problems) {
    Matcher sampling = SAMPLING.matcher(dataset.sampling());
    boolean fits =
        sampling.matches()
            && (!"%".equals(sampling.group(2)) || Integer.parseInt(sampling.group(1)) <= 100);
    if (!fits) {
      problems.add(
          new Problem(
              path + ".sampling",
              '"' + dataset.sampling() + "\" is not understood",
              "write all, first:N, end:N or random:N, N a number or a percentage up to 100%"));
    }
  }
}
