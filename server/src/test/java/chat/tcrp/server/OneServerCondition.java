package chat.tcrp.server;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Passes over tests that are about one server while others are spread over nodes. */
final class OneServerCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isEmpty() || TestServer.relayKind().nodes() == 1) {
      return ConditionEvaluationResult.enabled("one server");
    }
    Optional<OneServer> one =
        AnnotationSupport.findAnnotation(context.getTestMethod(), OneServer.class)
            .or(
                () ->
                    AnnotationSupport.findAnnotation(
                        context.getRequiredTestMethod().getDeclaringClass(), OneServer.class));
    return one.map(why -> ConditionEvaluationResult.disabled(why.value()))
        .orElseGet(() -> ConditionEvaluationResult.enabled("about any number of servers"));
  }
}
